"""Forms, shown with the parts of GOV.UK Frontend. Each mistake is said in a sentence that tells what to do."""

from typing import Final

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovRadioInput, GovSubmitInput, GovTextInput
from wtforms import EmailField, Field, PasswordField, RadioField, StringField, SubmitField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length

from ivr.staff.named import LONGEST_ADDRESS, SUCH_AS, wrong_address, wrong_name
from ivr.store import ROLES


class SignIn(FlaskForm):
    """E-mail address and password."""

    email = EmailField(
        "Email address",
        widget=GovTextInput(),
        validators=[InputRequired("Enter your email address"), Length(max=LONGEST_ADDRESS)],
    )
    password = PasswordField("Password", widget=GovPasswordInput(), validators=[InputRequired("Enter your password")])
    submit = SubmitField("Continue", widget=GovSubmitInput())


class Code(FlaskForm):
    """A code of the app."""

    code = StringField(
        "Six-digit code", widget=GovTextInput(), validators=[InputRequired("Enter the code of your app")]
    )
    submit = SubmitField("Continue", widget=GovSubmitInput())


class RecoveryCode(FlaskForm):
    """A code on paper."""

    code = StringField("Recovery code", widget=GovTextInput(), validators=[InputRequired("Enter a recovery code")])
    submit = SubmitField("Continue", widget=GovSubmitInput())


class NewPassword(FlaskForm):
    """A password, twice."""

    password = PasswordField("New password", widget=GovPasswordInput(), validators=[InputRequired("Choose a password")])
    again = PasswordField(
        "The same password again",
        name="password_again",
        widget=GovPasswordInput(),
        validators=[
            InputRequired("Type the password again"),
            EqualTo("password", "The two passwords are not the same"),
        ],
    )
    submit = SubmitField("Save password", widget=GovSubmitInput())


class ChangePassword(NewPassword):
    """The password that is in use, and a new one."""

    current = PasswordField(
        "Your password now",
        name="password_now",
        widget=GovPasswordInput(),
        validators=[InputRequired("Enter the password that you have now")],
    )


ROLE_NAMES: Final = {
    "staff": "Staff: works through the queue",
    "lead": "Lead: reads reports and the log as well",
    "administrator": "Administrator: invites people and changes what they may do as well",
}


def _one_name(_form: FlaskForm, field: Field) -> None:
    if wrong := wrong_name(str(field.data or "")):
        raise ValidationError(wrong)


def _one_address(_form: FlaskForm, field: Field) -> None:
    address = str(field.data or "")
    if wrong := wrong_address(address) or ("" if "." in address.partition("@")[2] else SUCH_AS):
        raise ValidationError(wrong)


class Invite(FlaskForm):
    """A person who is to have an account."""

    name = StringField("Name", widget=GovTextInput(), validators=[InputRequired("Enter the name"), _one_name])
    email = EmailField(
        "Email address", widget=GovTextInput(), validators=[InputRequired("Enter the email address"), _one_address]
    )
    role = RadioField(
        "Role",
        widget=GovRadioInput(),
        choices=[SelectChoice(role, ROLE_NAMES[role]) for role in ROLES],
        validators=[InputRequired("Choose a role")],
    )
    how = RadioField(
        "The link to choose a password",
        widget=GovRadioInput(),
        choices=[SelectChoice("email", "Send it to them by email"), SelectChoice("show", "Show it to me")],
        default="email",
        validators=[InputRequired("Choose how they get the link")],
    )
    submit = SubmitField("Make the link", widget=GovSubmitInput())


class ChangeRole(FlaskForm):
    """Another role."""

    role = RadioField(
        "Role",
        widget=GovRadioInput(),
        choices=[SelectChoice(role, ROLE_NAMES[role]) for role in ROLES],
        validators=[InputRequired("Choose a role")],
    )
    submit = SubmitField("Change role", widget=GovSubmitInput())
