"""Doors for loading a household list: upload, look at it, start, see what came of it, fetch the rows given back."""

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from outreach import db, web
from outreach.accounts import audit
from outreach.accounts.access import me
from outreach.accounts.models import OFFICIAL
from outreach.areas import queries as areas
from outreach.areas.models import Area
from outreach.imports import importing, preview, rejects
from outreach.imports.forms import ReadingForm, UploadForm
from outreach.imports.models import ImportFile
from outreach.jobs.models import Job

doors = Blueprint("imports", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _file(file_id: int) -> ImportFile:
    """A list of this official's commune, or 404."""
    return web.or_404(preview.find(db.session(), me().area, file_id))


@doors.get("/ho/nhap")
@web.allow(OFFICIAL)
def new() -> Response:
    """Where a list is uploaded, and the latest lists of the commune."""
    return _upload_page(UploadForm())


def _upload_page(form: UploadForm, status: int = 200) -> Response:
    latest = preview.latest(db.session(), me().area)
    return web.page("imports/new.html", "form", status=status, form=form, latest=latest)


@doors.post("/ho/nhap")
@web.allow(OFFICIAL)
def create() -> Response:
    """Keep an uploaded list for the preview; a file that is no list stays outside, with what to do."""
    s, form, account = db.session(), UploadForm(), me()
    if not form.validate_on_submit():
        return _upload_page(form, 422)
    s.commit()  # nobody waits for the database while the file is read
    copy = form.copy()
    if copy is None:
        return _upload_page(form, 422)
    file = preview.upload(s, account.area, form.file.data.filename or "", copy, account.id)
    audit.record(s, "import.create", "import_file", file.id, area_id=file.commune_id)
    s.commit()
    return web.see_other(url_for("imports.edit", file_id=file.id))


@doors.get("/ho/nhap/<int:file_id>")
@web.allow(OFFICIAL)
def edit(file_id: int) -> Response:
    """The list as it will be read."""
    file = _file(file_id)
    if file.job_id is not None:
        return web.see_other(url_for("imports.show", file_id=file.id))
    return _preview_page(file, _form(file))


def _form(file: ImportFile) -> ReadingForm:
    s = db.session()
    shown = preview.preview(s, file, me().area)
    return ReadingForm.of(file, shown, [(village.id, village.title) for village in areas.villages(s, me().area)])


def _preview_page(file: ImportFile, form: ReadingForm, status: int = 200) -> Response:
    return web.page("imports/edit.html", "form", status=status, file=file, form=form, shown=form.shown)


@doors.post("/ho/nhap/<int:file_id>")
@web.allow(OFFICIAL)
def update(file_id: int) -> Response:
    """Correct how the list is read, or start loading it."""
    s, file = db.session(), _file(file_id)
    if file.job_id is not None:
        return web.see_other(url_for("imports.show", file_id=file.id))
    form = _form(file)
    moved = _moved(file, form)
    if not moved and not form.validate():
        return _preview_page(file, form, 422)
    changed = moved or _reread(file, form)
    if not changed and "start" in request.form:
        return _start(file, form)
    if "start" in request.form:
        flash(_("You changed how the list is read. Look at it once more, then start."), "info")
    s.commit()
    return web.see_other(url_for("imports.edit", file_id=file.id))


def _moved(file: ImportFile, form: ReadingForm) -> bool:
    """Whether another sheet or another row of headings was chosen: the columns are guessed anew."""
    sheet, row = form.sheet.data, form.header_row.data
    if sheet in form.shown.sheets and sheet != file.sheet:
        preview.guess(file, sheet)
        return True
    if row and 1 <= row <= 1000 and row != file.header_row:
        preview.guess(file, file.sheet, row)
        return True
    return False


def _reread(file: ImportFile, form: ReadingForm) -> bool:
    """Take over columns and kind of rows; whether the villages must be looked at again."""
    before = file.columns
    file.columns, file.options = form.chosen(), {**file.options, "rows": form.rows.data}
    return before != file.columns


def _start(file: ImportFile, form: ReadingForm) -> Response:
    s = db.session()
    village = next((v for v in areas.villages(s, me().area) if v.id == form.village.data), None)
    if village is None and form.shown.unnamed == form.shown.total:
        form.village.errors = [_("The list names no village. Choose the one it is about.")]
        return _preview_page(file, form, 422)
    importing.start(s, file, me().area, village, form.new.data or [], me().id)
    s.commit()
    return web.see_other(url_for("imports.show", file_id=file.id))


@doors.get("/ho/nhap/<int:file_id>/ket-qua")
@web.allow(OFFICIAL)
def show(file_id: int) -> Response:
    """How far the loading is, and what came of it."""
    s, file = db.session(), _file(file_id)
    job = web.or_404(s.get(Job, file.job_id) if file.job_id else None)
    rows = rejects.rejected(s, file, rejects.SHOWN)
    return web.page("imports/show.html", "progress", file=file, job=job, rows=rows, why=rejects.why)


@doors.post("/ho/nhap/<int:file_id>/tiep-tuc")
@web.allow(OFFICIAL)
def resume(file_id: int) -> Response:
    """Take up a loading that was given up, from where it stopped."""
    s, file = db.session(), _file(file_id)
    web.or_404(file.job_id)
    importing.start(s, file, s.get_one(Area, file.commune_id), None, [], me().id)
    s.commit()
    return web.see_other(url_for("imports.show", file_id=file.id))


@doors.get("/ho/nhap/<int:file_id>/loi.xlsx")
@web.allow(OFFICIAL)
@web.writes
def rejected(file_id: int) -> Response:
    """The rows given back, to mend in Excel and load again."""
    s, file = db.session(), _file(file_id)
    content = rejects.workbook(s, file)
    audit.record(s, "import.export", "import_file", file.id, area_id=file.commune_id)
    s.commit()
    headers = {"Content-Disposition": f'attachment; filename="can-sua-{file.id}.xlsx"', "Cache-Control": "no-store"}
    return Response(content, mimetype=XLSX, headers=headers)
