package io.policyengine.app.envoy;

import io.policyengine.app.envoy.RoutePath.Extent;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.http.PathRules;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds routes that Envoy would never choose. Their requests would match other routes, perhaps with weaker policies.
 */
record RouteFaults(EngineConfig config) {
    /** The path faults that Envoy itself corrects or rejects, even if the kernel allows them. */
    private static final Set<PathFault> ENVOYS =
            EnumSet.of(PathFault.ENCODED_SLASH, PathFault.ENCODED_BACKSLASH, PathFault.EMPTY_SEGMENT);

    /** Returns a message for users, with a remedy, for each fault of the routes. */
    List<String> of(List<EnvoyRoutes.Route> routes) {
        List<String> faults = new ArrayList<>();
        routes.forEach(route -> {
            String fault = unreachable(route);
            if (fault != null) {
                faults.add("no request would reach the route '" + route.name() + "': " + fault);
            }
        });
        Map<RoutePath, String> names = new LinkedHashMap<>();
        routes.stream().filter(route -> !route.open()).forEach(route -> {
            String first = names.putIfAbsent(route.path(), route.name());
            if (first != null) {
                faults.add("the route policies '" + first + "' and '" + route.name()
                        + "' match the same paths: remove one of them");
            }
        });
        names.forEach((path, name) -> {
            String prefix = names.get(new RoutePath(path.text(), Extent.BEGINNING));
            if (path.extent() == Extent.BELOW
                    && prefix != null
                    && !names.containsKey(new RoutePath(path.text() + "/", Extent.BEGINNING))) {
                faults.add("the route policies '" + name + "' and '" + prefix + "' both match the paths below '"
                        + path.text() + "': add one for '" + name + "/*' to decide which applies");
            }
        });
        return faults;
    }

    private @Nullable String unreachable(EnvoyRoutes.Route route) {
        String path = route.path().text();
        if (path.indexOf('?') >= 0) {
            return "it has a query, but Envoy's routes match paths: remove everything from '?' on";
        }
        // Paths continue after a prefix, so its end is neither a trailing dot nor an encoding.
        String written = route.path().extent() == Extent.BEGINNING && !path.endsWith("/") ? path + "x" : path;
        PathFault fault = PathRules.STRICT.faultIn("GET", written, reaching(route));
        if (fault == null) {
            return null;
        }
        return "Envoy or the kernel refuses or rewrites a path with '" + fault.text() + "' (docs/paths.md): "
                + switch (fault) {
                    case ENCODED_UNRESERVED -> "write letters, digits and '-._~' in it as they are";
                    case EMPTY_SEGMENT -> "write one slash";
                    case MALFORMED_ENCODING -> "write '%25' for a percent sign";
                    case NOT_ORIGIN_FORM,
                            CONTROL_CHARACTER,
                            DOT_SEGMENT,
                            OVERLONG_UTF8,
                            DEEP_ENCODING,
                            BACKSLASH,
                            FRAGMENT,
                            ENCODED_SLASH,
                            ENCODED_BACKSLASH,
                            DOUBLE_ENCODING,
                            PATH_PARAMETER,
                            ENCODED_DELIMITER,
                            INVALID_UTF8,
                            NON_ASCII,
                            LOOKALIKE,
                            TRAILING_DOT -> "rename the route";
                }
                + (isAllowableFor(fault) && !route.open() ? ", or list the kind in its 'allow_in_path'" : "");
    }

    private boolean isAllowableFor(PathFault fault) {
        return fault.isAllowable()
                && fault != PathFault.ENCODED_UNRESERVED
                && config.kernel().pathRules() == PathRules.STRICT;
    }

    /** Returns the path faults with which a request can still reach the route's policies. */
    private Set<PathFault> reaching(EnvoyRoutes.Route route) {
        Set<PathFault> reaching = EnumSet.noneOf(PathFault.class);
        if (config.kernel().pathRules() == PathRules.STRICT) {
            reaching.addAll(route.allowInPath());
        } else {
            reaching.addAll(EnumSet.complementOf(EnumSet.copyOf(ENVOYS)));
        }
        reaching.remove(PathFault.ENCODED_UNRESERVED);
        return reaching;
    }
}
