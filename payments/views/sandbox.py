"""The sandbox provider's pages. They know the provider's books only, nothing of the shop."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from payments.forms import ChallengeForm, ChooseMethodForm
from payments.gateways.base import GatewayRefused
from payments.gateways.sandbox import provider
from payments.models import SandboxIntent


@never_cache
@require_http_methods(["GET", "POST"])
def choose_method(request: HttpRequest, reference: str) -> HttpResponse:
    """The hosted page: choose a test card, or cancel; then back to the shop or on to the bank."""
    intent = _get_intent(reference)
    if request.method == "POST":
        form = ChooseMethodForm(request.POST)
        if form.is_valid():
            intent = _choose(reference, form)
            is_challenged = intent.status == SandboxIntent.Status.REQUIRES_ACTION
            return HttpResponseRedirect(
                intent.action_path if is_challenged else intent.return_url, status=303
            )
    if intent.status != SandboxIntent.Status.REQUIRES_ACTION:
        return HttpResponseRedirect(intent.return_url, status=303)
    return render(request, "payments/sandbox_pay.html", {"intent": intent})


@never_cache
@require_http_methods(["GET", "POST"])
def answer_challenge(request: HttpRequest, reference: str) -> HttpResponse:
    """The bank's 3-D Secure page: approve or refuse, then back to the shop."""
    intent = _get_intent(reference)
    if request.method == "POST":
        form = ChallengeForm(request.POST)
        if form.is_valid():
            is_approved = form.cleaned_data["decision"] == "approve"
            intent = provider.answer_challenge(reference, is_approved=is_approved)
    if intent.status != SandboxIntent.Status.REQUIRES_ACTION:
        return HttpResponseRedirect(intent.return_url, status=303)
    return render(request, "payments/sandbox_challenge.html", {"intent": intent})


def _get_intent(reference: str) -> SandboxIntent:
    try:
        return provider.get_intent(reference)
    except GatewayRefused as error:
        raise Http404 from error


def _choose(reference: str, form: ChooseMethodForm) -> SandboxIntent:
    if form.cleaned_data["decision"] == "cancel":
        return provider.abandon_intent(reference)
    try:
        return provider.choose_method(reference, token=form.cleaned_data["method_token"])
    except GatewayRefused as error:
        raise Http404 from error
