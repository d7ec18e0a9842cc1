package io.policyengine.app.envoy.check;

/**
 * The paths that a route of Envoy matches (route_components.proto: RouteMatch).
 *
 * @param text the path, or its beginning; empty for {@link Kind#PATTERN}
 */
record PathMatch(Kind kind, String text) {
    /** The kinds of path matches. */
    enum Kind {
        WHOLE,
        PREFIX,
        SEGMENTS,
        /** A pattern, or a path that ignores case. The check does not know which paths it matches. */
        PATTERN
    }

    /** Returns the paths of a route, given the pointer of its match. */
    static PathMatch of(EnvoyFile file, String match) {
        if (file.has(match + "/case_sensitive")
                && !file.at(match + "/case_sensitive").asBoolean(true)) {
            return new PathMatch(Kind.PATTERN, "");
        }
        if (file.has(match + "/path")) {
            return new PathMatch(Kind.WHOLE, file.text(match + "/path"));
        }
        if (file.has(match + "/prefix")) {
            return new PathMatch(Kind.PREFIX, file.text(match + "/prefix"));
        }
        return file.has(match + "/path_separated_prefix")
                ? new PathMatch(Kind.SEGMENTS, file.text(match + "/path_separated_prefix"))
                : new PathMatch(Kind.PATTERN, "");
    }

    /** Returns whether this match is known to include all paths of the other. */
    boolean contains(PathMatch other) {
        if (other.kind == Kind.PATTERN) {
            return kind == Kind.PREFIX && text.length() <= 1;
        }
        return switch (kind) {
            case WHOLE -> other.kind == Kind.WHOLE && other.text.equals(text);
            case PREFIX -> other.text.startsWith(text);
            case SEGMENTS ->
                other.text.startsWith(text + "/") || (other.kind != Kind.PREFIX && other.text.equals(text));
            case PATTERN -> false;
        };
    }

    /** Returns whether some path may satisfy both this match and the other. */
    boolean mayMeet(PathMatch other) {
        return kind == Kind.PATTERN || other.kind == Kind.PATTERN || contains(other) || other.contains(this);
    }

    /** Returns a match that includes every path that satisfies both this match and the other. */
    PathMatch narrower(PathMatch other) {
        return kind == Kind.PATTERN || contains(other) ? other : this;
    }
}
