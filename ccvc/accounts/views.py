"""Signing in and out."""

from __future__ import annotations

from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from ccvc.accounts import actions
from ccvc.standard.problems import Problem

HOME = "/"
STATUS = {"ACC-SIGNIN-WAIT": 429, "ACC-SIGNIN-WRONG": 422}


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; a success goes on to `next`."""
    target = _target(request)
    if request.method == "GET":
        return redirect(target) if request.user.is_authenticated else _page(request, target, None)
    try:
        user = actions.sign_in(
            username=request.POST.get("username", ""),
            password=request.POST.get("password", ""),
            address=request.META.get("REMOTE_ADDR") or None,
        )
    except Problem as problem:
        return _page(request, target, problem)
    login(request, user)
    return redirect(target)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("accounts:sign_in")


def _page(request: HttpRequest, target: str, problem: Problem | None) -> HttpResponse:
    context = {"next": target, "problem": problem, "username": request.POST.get("username", "")}
    if problem is None:
        return render(request, "accounts/sign_in.html", context)
    response = render(request, "accounts/sign_in.html", context, status=STATUS[problem.code])
    if "seconds" in problem.params:
        response["Retry-After"] = str(problem.params["seconds"])
    return response


def _target(request: HttpRequest) -> str:
    """Where to go after signing in: only an address of this node."""
    wanted = request.POST.get("next") or request.GET.get("next") or HOME
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and wanted.startswith("/") else HOME
