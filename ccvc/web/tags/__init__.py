"""Template tags by kind; `ccvc.web.templatetags.ccvc` gathers them into one library."""
