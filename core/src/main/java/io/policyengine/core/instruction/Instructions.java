package io.policyengine.core.instruction;

import io.policyengine.core.http.DotSegments;
import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.http.PathRules;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.http.TargetEdit;
import io.policyengine.core.http.TrailersView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The semantics of instructions: which are legal, and their effect on a message. */
public final class Instructions {
    /** Limit of instructions per entry and of header fields per answer; servers accept fewer fields. */
    public static final int MAX = 1_000;

    private Instructions() {}

    /** Returns the reason why an entry may not give so many instructions, or null. */
    public static @Nullable String check(List<?> instructions) {
        return instructions.size() <= MAX
                ? null
                : instructions.size() + " instructions; an entry may give at most " + MAX;
    }

    /**
     * Returns the reason why the instruction is illegal, or null. Restrictions of a particular Envoy are checked by the
     * kernel.
     */
    public static @Nullable String check(RequestInstruction instruction) {
        return switch (instruction) {
            case CommonInstruction common -> checkCommon(common);
            case SetPath(String path) -> checkPath(path);
            case SetQueryParam(String name, String _) -> name.isEmpty() ? "SetQueryParam with an empty name" : null;
            case RemoveQueryParam(String name) -> name.isEmpty() ? "RemoveQueryParam with an empty name" : null;
            case SetMethod(String method) -> FieldRules.isToken(method) ? null : "SetMethod with an illegal method";
            case SetAuthority(String authority) -> checkAuthority(authority);
            case SetResponseHeader(String name, String value) -> checkResponseHeader(name, value);
        };
    }

    /** Returns the reason why the instruction is illegal, such as a change of a hidden target, or null. */
    public static @Nullable String check(RequestInstruction instruction, RequestView request) {
        boolean changesTarget = instruction instanceof SetPath
                || instruction instanceof SetQueryParam
                || instruction instanceof RemoveQueryParam;
        return changesTarget && request.path().isEmpty()
                ? instruction.getClass().getSimpleName() + " where Envoy hides :path from the engine"
                : check(instruction);
    }

    /**
     * Returns the reason why these rules refuse a legal instruction, or null. Policies cannot set a path that clients
     * may not send, since servers may read it differently.
     *
     * @param allowed faults accepted on the route
     */
    public static @Nullable String check(RequestInstruction instruction, PathRules rules, Set<PathFault> allowed) {
        PathFault fault = instruction instanceof SetPath(String path) ? rules.faultIn("GET", path, allowed) : null;
        if (fault == null) {
            return null;
        }
        return "SetPath with a path that 'path_rules' refuse for " + fault.text()
                + ": a server may read another path. Change what the policy writes"
                + (fault.isAllowable()
                        ? ", or, if the route's upstream reads it as Envoy does, list " + fault.text()
                                + " in the route's 'allow_in_path'"
                        : "; no route can allow it");
    }

    /** The reason why the instruction is illegal, or null. */
    public static @Nullable String check(ResponseInstruction instruction) {
        return switch (instruction) {
            case CommonInstruction common -> checkCommon(common);
            case SetStatusCode(int status) -> checkStatus(status);
        };
    }

    /** The reason why the instruction is illegal for trailers, or null. */
    public static @Nullable String check(TrailersInstruction instruction) {
        return switch (instruction) {
            case SetHeader(String name, String value) -> checkTrailer("SetHeader", name, value);
            case AppendHeader(String name, String value) -> checkTrailer("AppendHeader", name, value);
            case RemoveHeader remove -> checkCommon(remove);
            case SetMetadata metadata -> checkCommon(metadata);
        };
    }

    private static @Nullable String checkTrailer(String instruction, String name, String value) {
        String problem = checkHeader(instruction, name, value);
        return problem == null && FieldRules.isHeadersOnly(name)
                ? instruction + " of '" + name + "', which no trailers may hold"
                : problem;
    }

    /** The reason why the answer is illegal, or null. */
    public static @Nullable String check(ImmediateResponse response) {
        if (response.headers().size() > MAX) {
            return "ImmediateResponse with " + response.headers().size() + " header fields; it may have at most " + MAX;
        }
        List<String> problems = new ArrayList<>(0);
        response.headers().forEach((name, value) -> {
            String problem = checkHeader("ImmediateResponse", name, value);
            if (problem != null) {
                problems.add(problem);
            }
        });
        return problems.isEmpty() ? checkStatus(response.status()) : problems.getFirst();
    }

    /** Returns the request after legal changes; metadata is not part of it. */
    public static RequestView apply(List<RequestInstruction> instructions, RequestView request) {
        RequestView view = request;
        HeaderMap.@Nullable Builder headers = null;
        TargetEdit target = null;
        for (RequestInstruction instruction : instructions) {
            switch (instruction) {
                case HeaderInstruction change ->
                    headers = change(headers == null ? request.headers().toBuilder() : headers, change);
                case SetBody set -> {
                    view = view.withBody(set.body());
                    headers = describeBody(headers == null ? request.headers().toBuilder() : headers, set);
                }
                case SetMetadata _, SetResponseHeader _ -> {}
                case SetPath(String path) -> {
                    target = target == null ? new TargetEdit(request.path()) : target;
                    target.replace(path);
                }
                case SetQueryParam(String name, String value) -> {
                    target = target == null ? new TargetEdit(request.path()) : target;
                    target.set(name, value);
                }
                case RemoveQueryParam(String name) -> {
                    target = target == null ? new TargetEdit(request.path()) : target;
                    target.remove(name);
                }
                case SetMethod(String method) -> view = view.withMethod(method);
                case SetAuthority(String authority) -> view = view.withAuthority(authority);
            }
        }
        view = target == null ? view : view.withPath(target.target());
        return headers == null ? view : view.withHeaders(headers.build());
    }

    /** Returns the response after legal changes. */
    public static ResponseView apply(List<ResponseInstruction> instructions, ResponseView response) {
        ResponseView view = response;
        HeaderMap.@Nullable Builder headers = null;
        for (ResponseInstruction instruction : instructions) {
            switch (instruction) {
                case HeaderInstruction change ->
                    headers = change(headers == null ? response.headers().toBuilder() : headers, change);
                case SetBody set -> {
                    view = view.withBody(set.body());
                    headers = describeBody(headers == null ? response.headers().toBuilder() : headers, set);
                }
                case SetMetadata _ -> {}
                case SetStatusCode(int status) -> view = view.withStatus(status);
            }
        }
        return headers == null ? view : view.withHeaders(headers.build());
    }

    /** Returns the trailers after legal changes. */
    public static TrailersView apply(List<TrailersInstruction> instructions, TrailersView trailers) {
        HeaderMap.@Nullable Builder fields = null;
        for (TrailersInstruction instruction : instructions) {
            switch (instruction) {
                case HeaderInstruction change ->
                    fields = change(fields == null ? trailers.headers().toBuilder() : fields, change);
                case SetMetadata _ -> {}
            }
        }
        return fields == null ? trailers : trailers.withHeaders(fields.build());
    }

    private static HeaderMap.Builder describeBody(HeaderMap.Builder headers, SetBody set) {
        SetBody.OUTDATED_FIELDS.forEach(headers::remove);
        return set.contentType() == null ? headers : headers.set("content-type", set.contentType());
    }

    private static HeaderMap.Builder change(HeaderMap.Builder headers, HeaderInstruction change) {
        return switch (change) {
            case SetHeader(String name, String value) -> headers.set(name, value);
            case AppendHeader(String name, String value) -> headers.append(name, value);
            case RemoveHeader(String name) -> headers.remove(name);
        };
    }

    private static @Nullable String checkCommon(CommonInstruction instruction) {
        return switch (instruction) {
            case SetHeader(String name, String value) -> checkHeader("SetHeader", name, value);
            case AppendHeader(String name, String value) -> checkHeader("AppendHeader", name, value);
            case RemoveHeader(String name) -> checkHeader("RemoveHeader", name, "");
            case SetBody(var _, String contentType) ->
                contentType == null || FieldRules.isFieldValue(contentType)
                        ? null
                        : "SetBody with an illegal content type";
            case SetMetadata(String key, var _) -> key.isEmpty() ? "SetMetadata with an empty key" : null;
        };
    }

    private static @Nullable String checkHeader(String instruction, String name, String value) {
        if (name.startsWith(":")) {
            return instruction + " of the pseudo header '" + name + "'";
        }
        if (!FieldRules.isToken(name)) {
            return instruction + " with an empty or illegal header name";
        }
        if (FieldRules.isFraming(name)) {
            return instruction + " of the framing header '" + name + "'";
        }
        if (name.equals("host")) {
            return instruction + " of the routing header 'host': use SetAuthority";
        }
        return FieldRules.isFieldValue(value)
                ? null
                : instruction + " of '" + name + "' with a character that no header value may hold";
    }

    /** Refuses fields that describe the response's body, which is not known yet. */
    private static @Nullable String checkResponseHeader(String name, String value) {
        String problem = checkHeader("SetResponseHeader", name, value);
        return problem == null && SetBody.OUTDATED_FIELDS.contains(name)
                ? "SetResponseHeader of '" + name + "', which describes a body that is not there yet"
                : problem;
    }

    /**
     * Accepts octets that no URI may hold but clients send, so that a policy can keep part of a client's path. Refuses
     * hidden dot segments: they lead out of the directory that the path was put under.
     */
    private static @Nullable String checkPath(String path) {
        if (!path.startsWith("/") || !isFieldValueWithout(" \t#", path)) {
            return "SetPath with an illegal path";
        }
        return DotSegments.occurIn(QueryString.pathOf(path))
                ? "SetPath with a path in which a server may find a dot segment, and read another path"
                : null;
    }

    private static @Nullable String checkAuthority(String authority) {
        return !authority.isEmpty() && isFieldValueWithout(" \t/?#@\\", authority)
                ? null
                : "SetAuthority with an illegal authority";
    }

    private static boolean isFieldValueWithout(String excluded, String octets) {
        return FieldRules.isFieldValue(octets) && octets.chars().noneMatch(c -> excluded.indexOf(c) >= 0);
    }

    private static @Nullable String checkStatus(int status) {
        return status >= 200 && status <= 599 ? null : "status " + status + " is not between 200 and 599";
    }
}
