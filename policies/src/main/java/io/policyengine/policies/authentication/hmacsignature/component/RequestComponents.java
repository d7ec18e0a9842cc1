package io.policyengine.policies.authentication.hmacsignature.component;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.RequestView;
import io.policyengine.policies.format.structuredfields.MalformedFieldException;
import io.policyengine.policies.format.structuredfields.Member;
import io.policyengine.policies.format.structuredfields.StructuredFields;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The values of a request's components in a signature base (RFC 9421 §2.1, §2.2). The query and each dictionary field
 * are parsed once.
 */
public final class RequestComponents {
    /**
     * The dictionary fields for which the parameter {@code sf} (RFC 9421 §2.1.1) is supported. They are listed because
     * a message does not state the structured type of a field.
     */
    private static final Set<String> DICTIONARIES = Set.of(
            "content-digest",
            "priority",
            "repr-digest",
            "signature",
            "signature-agent",
            "signature-input",
            "want-content-digest",
            "want-repr-digest");

    private final RequestView request;
    private final Map<String, Map<String, Member>> dictionaries = new HashMap<>();
    private @Nullable List<QueryString.Parameter> query;

    public RequestComponents(RequestView request) {
        this.request = request;
    }

    public RequestView request() {
        return request;
    }

    /** Returns the component's value as one line of printable ASCII; null if the request has no such value. */
    @Nullable
    public String valueOf(SignatureComponent component) {
        String value = component.isField() ? field(component) : derived(component);
        return value == null || !value.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c < 0x7F)) ? null : value;
    }

    private @Nullable String derived(SignatureComponent component) {
        return switch (component.name()) {
            case "@method" -> shown(request.method());
            case "@scheme" -> shown(HeaderMap.lowerCase(request.scheme()));
            case "@authority" -> authority();
            case "@request-target" -> shown(request.rawPath());
            case "@path" -> shown(QueryString.pathOf(request.rawPath()));
            case "@query" -> request.rawPath().isEmpty() ? null : "?" + QueryString.queryOf(request.rawPath());
            case "@query-param" -> queryParameter(component.parameter("name"));
            default -> targetUri();
        };
    }

    private static @Nullable String shown(String text) {
        return text.isEmpty() ? null : text;
    }

    /**
     * Returns the authority in lower case, without the scheme's default port (RFC 9421 §2.2.3); null if it is unknown.
     */
    private @Nullable String authority() {
        String authority = HeaderMap.lowerCase(request.authority());
        String port = HeaderMap.lowerCase(request.scheme()).equals("http") ? ":80" : ":443";
        return shown(authority.endsWith(port) ? authority.substring(0, authority.length() - port.length()) : authority);
    }

    private @Nullable String targetUri() {
        String authority = authority();
        return authority == null
                        || request.scheme().isEmpty()
                        || request.rawPath().isEmpty()
                ? null
                : HeaderMap.lowerCase(request.scheme()) + "://" + authority + request.rawPath();
    }

    /** Returns the value of a query parameter; null if it is absent or occurs more than once (RFC 9421 §2.2.8). */
    private @Nullable String queryParameter(@Nullable String encodedName) {
        if (query == null) {
            query = QueryString.parameters(request.rawPath());
        }
        String value = null;
        for (QueryString.Parameter parameter : query) {
            if (encoded(parameter.name()).equals(encodedName)) {
                if (value != null) {
                    return null;
                }
                value = encoded(parameter.value());
            }
        }
        return value;
    }

    private static String encoded(String octets) {
        return URLEncoder.encode(octets, StandardCharsets.ISO_8859_1).replace("+", "%20");
    }

    private @Nullable String field(SignatureComponent component) {
        List<String> values = request.headers().getAll(component.name());
        if (values.isEmpty()) {
            return null;
        }
        String key = component.parameter("key");
        if (key != null) {
            Map<String, Member> dictionary = dictionary(component.name(), values);
            Member member = dictionary == null ? null : dictionary.get(key);
            return member == null ? null : member.serialize();
        }
        if (component.parameters().values().containsKey("sf")) {
            Map<String, Member> dictionary =
                    DICTIONARIES.contains(component.name()) ? dictionary(component.name(), values) : null;
            return dictionary == null ? null : StructuredFields.serialize(dictionary);
        }
        return component.parameters().values().containsKey("bs")
                ? values.stream().map(RequestComponents::asBytes).collect(Collectors.joining(", "))
                : values.stream().map(String::strip).collect(Collectors.joining(", "));
    }

    private static String asBytes(String value) {
        return ":" + Base64.getEncoder().encodeToString(Octets.toBytes(value.strip())) + ":";
    }

    private @Nullable Map<String, Member> dictionary(String name, List<String> values) {
        Map<String, Member> known = dictionaries.get(name);
        if (known == null) {
            try {
                known = StructuredFields.dictionary(values);
            } catch (MalformedFieldException malformed) {
                known = Map.of();
            }
            dictionaries.put(name, known);
        }
        return known;
    }
}
