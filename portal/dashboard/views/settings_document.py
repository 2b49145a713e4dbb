"""/cameras/<id>/versions/document/: the settings as a YAML document, to keep, to edit and to read back (EXT-5)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cameras.extensions.document import DocumentError
from cameras.extensions.problems import SettingsError
from cameras.models import Extension, Role
from cameras.selectors import camera_get, role_require
from cameras.services.document import document_apply, document_plan, document_write
from cameras.services.extension import VersionConflictError
from portal.dashboard.camera_page import camera_context
from portal.dashboard.door import signed_in
from portal.dashboard.forms import DocumentForm
from portal.dashboard.kind import extension_asked, kind_query


@signed_in
@require_safe
def camera_document_download(request: HttpRequest, camera_id: int) -> HttpResponse:
    """The settings of now as a file."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    extension = extension_asked(request, camera)
    text = document_write(extension=extension)
    name = slugify(camera.name) or f"camera-{camera.pk}"
    headers = {"Content-Disposition": f'attachment; filename="{name}-{extension.kind}.yaml"'}
    return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers=headers)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def camera_document(request: HttpRequest, camera_id: int) -> HttpResponse:
    """The text to edit; posted, what it would change, and with `apply` in the form that it did."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    role_require(request.user, camera.site_id, Role.ADMINISTRATOR)
    extension = extension_asked(request, camera)
    form = DocumentForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "text": document_write(extension=extension), "version": extension.version}
    if request.method == "POST":
        context |= {"text": request.POST.get("document", "")}
        context |= _looked_through(request, extension, form) if form.is_valid() else {}
        if context.get("applied"):
            return redirect(reverse("camera_versions", args=[camera.pk]) + kind_query(extension.kind))
    context |= camera_context(request, camera, "camera_document", extension)
    refused = request.method == "POST" and "differences" not in context
    return render(request, "dashboard/settings/document.html", context, status=422 if refused else 200)


def _looked_through(request: HttpRequest, extension: Extension, form: DocumentForm) -> dict[str, Any]:
    """The differences, or what is wrong; `applied` once they are in force."""
    text: str = form.cleaned_data["text"]
    try:
        plan = document_plan(extension=extension, text=text)
        if "apply" not in request.POST or not plan.differences:
            return {"text": text, "differences": plan.differences}
        extension.version = form.cleaned_data["version"]
        document_apply(extension=extension, plan=plan, user=request.user)  # type: ignore[arg-type]  # `signed_in` lets nobody else in
    except DocumentError as exc:
        return {"text": text, "mistakes": [("", exc.translated(_))]}
    except SettingsError as exc:
        return {"text": text, "mistakes": [(one.path, one.translated(_)) for one in exc.problems]}
    except VersionConflictError as exc:
        form.add_error(None, _("Somebody changed the settings meanwhile; check the document once more."))
        return {"text": text, **exc.facts}
    messages.success(request, _("The settings of the document are in force."))
    return {"applied": True}
