"""Doors for taking over submissions of ODK or Kobo: upload, look, correct, start, see what came of it, mend."""

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from outreach import db, web
from outreach.accounts import audit
from outreach.accounts.access import me
from outreach.accounts.models import OFFICIAL
from outreach.imports import preview, rejects
from outreach.imports.forms import UploadForm
from outreach.imports.models import ImportFile
from outreach.jobs.models import Job
from outreach.submissions import forms, meaning, names, taking
from outreach.submissions.forms import SubmissionsForm
from outreach.visits.names import OUTCOME_NAMES

doors = Blueprint("submissions", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _file(file_id: int) -> ImportFile:
    """An export of this official's commune, or 404."""
    return web.or_404(preview.find(db.session(), me().area, file_id, visits=True))


@doors.get("/trao-doi/odk")
@web.allow(OFFICIAL)
def new() -> Response:
    """Where an export is uploaded, and the latest ones of the commune."""
    return _upload_page(UploadForm())


def _upload_page(form: UploadForm, status: int = 200) -> Response:
    latest = preview.latest(db.session(), me().area, visits=True)
    return web.page("submissions/new.html", "form", status=status, form=form, latest=latest)


@doors.post("/trao-doi/odk")
@web.allow(OFFICIAL)
def create() -> Response:
    """Keep an uploaded export for the preview."""
    s, form, account = db.session(), UploadForm(), me()
    if not form.validate_on_submit():
        return _upload_page(form, 422)
    s.commit()  # nobody waits for the database while the file is read
    copy = form.copy(meaning.WIDTH)
    if copy is None:
        return _upload_page(form, 422)
    file = preview.keep(account.area, form.file.data.filename or "", copy, account.id)
    forms.guess(file)
    s.add(file)
    s.flush()
    audit.record(s, "submissions.create", "import_file", file.id, area_id=file.commune_id)
    s.commit()
    return web.see_other(url_for(".edit", file_id=file.id))


@doors.get("/trao-doi/odk/<int:file_id>")
@web.allow(OFFICIAL)
def edit(file_id: int) -> Response:
    """The export as it will be read."""
    file = _file(file_id)
    if file.job_id is not None:
        return web.see_other(url_for(".show", file_id=file.id))
    return _preview_page(file, _form(file))


def _form(file: ImportFile) -> SubmissionsForm:
    s = db.session()
    people = [(one.id, f"{one.name} ({one.area.title})") for one in taking.people(s, me().area)]
    return SubmissionsForm.of(file, forms.show(s, file), people)


def _preview_page(file: ImportFile, form: SubmissionsForm, status: int = 200) -> Response:
    return web.page(
        "submissions/edit.html", "form", status=status, file=file, form=form, shown=form.shown,
        outcomes=OUTCOME_NAMES, told=names.told,
    )  # fmt: skip


@doors.post("/trao-doi/odk/<int:file_id>")
@web.allow(OFFICIAL)
def update(file_id: int) -> Response:
    """Correct how the export is read, or start taking it over."""
    s, file = db.session(), _file(file_id)
    if file.job_id is not None:
        return web.see_other(url_for(".show", file_id=file.id))
    form = _form(file)
    if not form.validate():
        return _preview_page(file, form, 422)
    before = file.columns, file.options["outcomes"]  # what is taken hangs on them, and the button says how much
    file.columns = form.chosen()
    file.options = {**file.options, "by": form.by.data, "outcomes": file.options["outcomes"] | form.meant()}
    forms.answer(file)
    if "start" in request.form and (file.columns, file.options["outcomes"]) == before:
        taking.start(s, file, me().id)
        s.commit()
        return web.see_other(url_for(".show", file_id=file.id))
    if "start" in request.form:
        flash(_("You changed how the list is read. Look at it once more, then start."), "info")
    s.commit()
    return web.see_other(url_for(".edit", file_id=file.id))


@doors.get("/trao-doi/odk/<int:file_id>/ket-qua")
@web.allow(OFFICIAL)
def show(file_id: int) -> Response:
    """How far the work is, and what came of it."""
    s, file = db.session(), _file(file_id)
    job = web.or_404(s.get(Job, file.job_id) if file.job_id else None)
    rows = rejects.rejected(s, file, rejects.SHOWN)
    return web.page("submissions/show.html", "progress", file=file, job=job, rows=rows, why=names.why)


@doors.post("/trao-doi/odk/<int:file_id>/tiep-tuc")
@web.allow(OFFICIAL)
def resume(file_id: int) -> Response:
    """Take up work that was given up, from where it stopped."""
    s, file = db.session(), _file(file_id)
    web.or_404(file.job_id)
    taking.start(s, file, me().id)
    s.commit()
    return web.see_other(url_for(".show", file_id=file.id))


@doors.get("/trao-doi/odk/<int:file_id>/loi.xlsx")
@web.allow(OFFICIAL)
@web.writes
def rejected(file_id: int) -> Response:
    """The rows given back, to mend in Excel and upload again."""
    s, file = db.session(), _file(file_id)
    content = rejects.workbook(s, file, names.why)
    audit.record(s, "submissions.export", "import_file", file.id, area_id=file.commune_id)
    s.commit()
    headers = {"Content-Disposition": f'attachment; filename="can-sua-{file.id}.xlsx"'}
    return Response(content, mimetype=XLSX, headers=headers)
