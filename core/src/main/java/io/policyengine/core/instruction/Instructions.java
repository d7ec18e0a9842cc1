package io.policyengine.core.instruction;

import io.policyengine.core.http.DotSegments;
import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MessageView;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.http.PathRules;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.http.TargetEdit;
import io.policyengine.core.http.TrailersView;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Defines which instructions are legal, and applies them to messages. */
public final class Instructions {
    /**
     * Maximum number of instructions of one entry, and of header fields of one immediate response. Servers accept fewer
     * fields.
     */
    public static final int MAX = 1_000;

    private static final String LENGTH = "content-length";

    private Instructions() {}

    /** Returns the reason why an entry has too many instructions, or null. */
    public static @Nullable String check(List<?> instructions) {
        return instructions.size() <= MAX
                ? null
                : instructions.size() + " instructions; an entry may give at most " + MAX;
    }

    /**
     * Returns the reason why the instruction is illegal, or null. The kernel additionally checks the restrictions of
     * the configured Envoy.
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

    /**
     * Returns the reason why the instruction is illegal for the request, or null. For example, it may change a target
     * that is hidden from the engine.
     */
    public static @Nullable String check(RequestInstruction instruction, RequestView request) {
        boolean changesTarget = instruction instanceof SetPath
                || instruction instanceof SetQueryParam
                || instruction instanceof RemoveQueryParam;
        return changesTarget && request.rawPath().isEmpty()
                ? instruction.getClass().getSimpleName() + " where Envoy hides :path from the engine"
                : check(instruction);
    }

    /**
     * Returns the reason why these rules refuse a legal instruction, or null. Policies cannot set a path that clients
     * must not send, because servers may interpret such a path differently.
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

    /** Returns the reason why the instruction is illegal, or null. */
    public static @Nullable String check(ResponseInstruction instruction) {
        return switch (instruction) {
            case CommonInstruction common -> checkCommon(common);
            case SetStatusCode set -> checkStatus(set.status());
        };
    }

    /** Returns the reason why the instruction is illegal for trailers, or null. */
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
                ? instruction + " of '" + name + "', which is not allowed in trailers"
                : problem;
    }

    /**
     * Applies legal instructions to a request. Changes of metadata are ignored, since a request does not contain it.
     */
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
                    headers = describeBody(headers == null ? request.headers().toBuilder() : headers, set, request);
                }
                case SetMetadata _, SetResponseHeader _ -> {}
                case SetPath(String path) -> {
                    target = target == null ? new TargetEdit(request.rawPath()) : target;
                    target.replace(path);
                }
                case SetQueryParam(String name, String value) -> {
                    target = target == null ? new TargetEdit(request.rawPath()) : target;
                    target.set(name, value);
                }
                case RemoveQueryParam(String name) -> {
                    target = target == null ? new TargetEdit(request.rawPath()) : target;
                    target.remove(name);
                }
                case SetMethod(String method) -> view = view.withMethod(method);
                case SetAuthority(String authority) -> view = view.withAuthority(authority);
            }
        }
        view = target == null ? view : view.withRawPath(target.target());
        return headers == null ? view : view.withHeaders(headers.build());
    }

    /** Applies legal instructions to a response. */
    public static ResponseView apply(List<ResponseInstruction> instructions, ResponseView response) {
        ResponseView view = response;
        HeaderMap.@Nullable Builder headers = null;
        for (ResponseInstruction instruction : instructions) {
            switch (instruction) {
                case HeaderInstruction change ->
                    headers = change(headers == null ? response.headers().toBuilder() : headers, change);
                case SetBody set -> {
                    view = view.withBody(set.body());
                    headers = describeBody(headers == null ? response.headers().toBuilder() : headers, set, response);
                }
                case SetMetadata _ -> {}
                case SetStatusCode set -> view = view.withStatus(set.status());
            }
        }
        return headers == null ? view : view.withHeaders(headers.build());
    }

    /** Applies legal instructions to trailers. */
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

    /**
     * Sets the fields that describe the new body. A content-length that does not match the old body is kept, so that
     * later entries see that the message was incomplete.
     */
    private static HeaderMap.Builder describeBody(HeaderMap.Builder headers, SetBody set, MessageView<?> old) {
        SetBody.OUTDATED_FIELDS.forEach(headers::remove);
        if (old.headers().contains(LENGTH) && (old.body() == null || old.hasWholeBody())) {
            headers.set(LENGTH, Integer.toString(set.body().length()));
        }
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

    static @Nullable String checkHeader(String instruction, String name, String value) {
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
                : instruction + " of '" + name + "' with a character that is not allowed in a header value";
    }

    /**
     * Returns the reason why a policy must not set the field of a later response, or null. Fields that describe the
     * body are refused, since the body is not known yet.
     */
    private static @Nullable String checkResponseHeader(String name, String value) {
        String problem = checkHeader("SetResponseHeader", name, value);
        return problem == null && SetBody.OUTDATED_FIELDS.contains(name)
                ? "SetResponseHeader of '" + name + "', which describes a body that is not known yet"
                : problem;
    }

    /**
     * Returns the reason why a policy must not set the path, or null. Octets that are illegal in a URI but sent by
     * clients are accepted, so that a policy can keep a part of a client's path. Hidden dot segments are refused,
     * because they could lead out of the directory that the policy put in front of that part.
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

    static @Nullable String checkStatus(int status) {
        return status >= 200 && status <= 599 ? null : "status " + status + " is not between 200 and 599";
    }
}
