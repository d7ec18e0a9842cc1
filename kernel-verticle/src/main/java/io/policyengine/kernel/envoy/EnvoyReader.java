package io.policyengine.kernel.envoy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads Envoy's messages into the views that policies see. */
public final class EnvoyReader {
    /** The response code details that Envoy's AI protocol manager (since 1.40) sets when it rejects a request. */
    private static final Set<String> REFUSALS_OF_FACTS = Set.of(
            "ai_protocol_manager_invalid_json",
            "ai_protocol_manager_filter_rejected",
            "ai_protocol_manager_external_buffer_error",
            "ai_protocol_manager_replay_error");

    /** The name of the attribute in which Envoy sends its own version. */
    public static final String VERSION = "xds.node.user_agent_build_version.version";

    /** The key under which Envoy sends attributes, regardless of the filter's name. */
    private static final String ATTRIBUTES = "envoy.filters.http.ext_proc";

    /**
     * The bytes of memory that a header field takes in addition to its octets; measured: 80 to 96 with compact object
     * headers.
     */
    private static final int FIELD_BYTES = 96;

    private final ClientAddress clientAddress;

    /**
     * Creates a reader of Envoy's messages.
     *
     * @param trustedHops number of X-Forwarded-For entries to trust, from the right; 0 takes the client address from
     *     the connection
     */
    public EnvoyReader(int trustedHops) {
        this.clientAddress = new ClientAddress(trustedHops);
    }

    /** Returns the kind of a message, or null if the message requires no answer. */
    public static @Nullable MessageKind kind(EnvoyMessage received) {
        ProcessingRequest message = received.proto();
        return switch (message.getRequestCase()) {
            case REQUEST_HEADERS ->
                message.getRequestHeaders().getEndOfStream()
                        ? MessageKind.LAST_REQUEST_HEADERS
                        : MessageKind.REQUEST_HEADERS;
            case RESPONSE_HEADERS ->
                message.getResponseHeaders().getEndOfStream()
                        ? MessageKind.LAST_RESPONSE_HEADERS
                        : MessageKind.RESPONSE_HEADERS;
            case REQUEST_BODY ->
                message.getRequestBody().getEndOfStream() ? MessageKind.LAST_REQUEST_BODY : MessageKind.REQUEST_BODY;
            case RESPONSE_BODY ->
                message.getResponseBody().getEndOfStream() ? MessageKind.LAST_RESPONSE_BODY : MessageKind.RESPONSE_BODY;
            case REQUEST_TRAILERS -> MessageKind.REQUEST_TRAILERS;
            case RESPONSE_TRAILERS -> MessageKind.RESPONSE_TRAILERS;
            case REQUEST_NOT_SET -> null;
        };
    }

    /** Returns the fields of a trailers message. */
    public static HeaderMap trailers(EnvoyMessage message) {
        ProcessingRequest proto = message.proto();
        List<HeaderValue> received = (proto.hasRequestTrailers()
                        ? proto.getRequestTrailers().getTrailers()
                        : proto.getResponseTrailers().getTrailers())
                .getHeadersList();
        HeaderMap.Builder fields = HeaderMap.builder(received.size());
        for (int i = 0; i < received.size(); i++) {
            append(fields, received.get(i).getKey(), value(received.get(i)));
        }
        return fields.build();
    }

    /** Returns the number of header or trailer fields in a message. */
    public static int fieldCount(EnvoyMessage received) {
        ProcessingRequest message = received.proto();
        return switch (message.getRequestCase()) {
            case REQUEST_HEADERS -> message.getRequestHeaders().getHeaders().getHeadersCount();
            case RESPONSE_HEADERS -> message.getResponseHeaders().getHeaders().getHeadersCount();
            case REQUEST_TRAILERS -> message.getRequestTrailers().getTrailers().getHeadersCount();
            case RESPONSE_TRAILERS ->
                message.getResponseTrailers().getTrailers().getHeadersCount();
            case REQUEST_BODY, RESPONSE_BODY, REQUEST_NOT_SET -> 0;
        };
    }

    /**
     * Returns the memory of a message's decoded header fields, in bytes. A field counts for its octets, its two strings
     * with their arrays, and a slot in the map. Returns 0 for a message without fields.
     */
    public static long headerBytes(EnvoyMessage received) {
        int fields = fieldCount(received);
        return fields == 0 ? 0 : received.size() + (long) fields * FIELD_BYTES;
    }

    /** Returns whether Envoy sends the exchange only for observation, and ignores every answer. */
    public static boolean isObservability(EnvoyMessage message) {
        return message.proto().getObservabilityMode();
    }

    /** Returns the protocol that Envoy announces in the first message of an exchange. */
    public static ExchangeProtocol protocol(EnvoyMessage received) {
        ProcessingRequest first = received.proto();
        if (!first.hasProtocolConfig()) {
            return ExchangeProtocol.UNTOLD;
        }
        ProtocolConfiguration told = first.getProtocolConfig();
        return new ExchangeProtocol(
                BodyMode.of(told.getRequestBodyMode()),
                BodyMode.of(told.getResponseBodyMode()),
                told.getSendBodyWithoutWaitingForHeaderResponse());
    }

    /**
     * Returns Envoy's attributes by their configured names; empty if the message has none. The version of Envoy is left
     * out, so that it is not sent to workers with each request.
     */
    public static Map<String, String> attributes(EnvoyMessage message) {
        Struct struct = message.proto().getAttributesMap().get(ATTRIBUTES);
        if (struct == null) {
            return Map.of();
        }
        Map<String, String> attributes = HashMap.newHashMap(struct.getFieldsCount());
        struct.getFieldsMap().forEach((name, value) -> {
            String text = name.equals(VERSION) ? null : text(value);
            if (text != null) {
                attributes.put(name, text);
            }
        });
        return attributes;
    }

    /**
     * Returns Envoy's attribute {@code response.code_details}, which shows where a response originates; null if absent.
     */
    public static @Nullable String codeDetails(EnvoyMessage message) {
        return attribute(message, "response.code_details");
    }

    /** Returns the attribute with Envoy's version ({@link #VERSION}); null if absent. */
    public static @Nullable String version(EnvoyMessage message) {
        return attribute(message, VERSION);
    }

    private static @Nullable String attribute(EnvoyMessage message, String name) {
        Struct struct = message.proto().getAttributesMap().get(ATTRIBUTES);
        Value value = struct == null ? null : struct.getFieldsMap().get(name);
        String text = value == null ? null : text(value);
        return text == null || text.isEmpty() ? null : text;
    }

    /**
     * Returns whether {@code response.code_details} shows that Envoy itself refused the request, so that the response
     * is not content of the route.
     */
    public static boolean isRefusal(Map<String, String> attributes) {
        String details = attributes.getOrDefault("response.code_details", "");
        return !details.isEmpty() && !details.equals("via_upstream") && !details.equals("direct_response");
    }

    /**
     * Returns whether {@code response.code_details} shows a rejection by Envoy's AI protocol manager. Local replies of
     * other earlier filters, such as a cache, may be content of the route.
     */
    public static boolean isRefusalOfFacts(Map<String, String> attributes) {
        return REFUSALS_OF_FACTS.contains(attributes.getOrDefault("response.code_details", ""));
    }

    /** Returns a string value of the dynamic metadata that Envoy forwards, or null if absent. */
    public static @Nullable String metadata(EnvoyMessage message, String namespace, String key) {
        Struct struct =
                message.proto().getMetadataContext().getFilterMetadataMap().get(namespace);
        Value value = struct == null ? null : struct.getFieldsMap().get(key);
        return value == null ? null : text(value);
    }

    /** Reads the request of a request headers message. */
    public RequestView request(EnvoyMessage message, Map<String, String> attributes) {
        List<HeaderValue> received =
                message.proto().getRequestHeaders().getHeaders().getHeadersList();
        HeaderMap.Builder headers = HeaderMap.builder(received.size() + 4);
        String method = "";
        String scheme = "";
        String authority = "";
        String path = "";
        for (int i = 0; i < received.size(); i++) {
            HeaderValue header = received.get(i);
            String name = header.getKey();
            String value = value(header);
            switch (name) {
                case ":method" -> method = value;
                case ":scheme" -> scheme = value;
                case ":authority" -> authority = value;
                case ":path" -> path = value;
                default -> append(headers, name, value);
            }
        }
        HeaderMap fields = headers.build();
        return new RequestView(
                method,
                scheme,
                authority,
                path,
                fields,
                clientAddress.of(attributes.get("source.address"), fields),
                attributes,
                null,
                false);
    }

    /**
     * Returns the authority in a request headers message, as octets; null if absent, and for other kinds of messages.
     */
    public static @Nullable String authority(EnvoyMessage message) {
        List<HeaderValue> received =
                message.proto().getRequestHeaders().getHeaders().getHeadersList();
        for (int i = 0; i < received.size(); i++) {
            if (received.get(i).getKey().equals(":authority")) {
                return value(received.get(i));
            }
        }
        return null;
    }

    /**
     * Returns the fault in the target of a request headers message, or null. Every request has a method, an authority
     * and, unless it is a CONNECT, a path (RFC 9113 §8.3.1). Envoy may however withhold them from the engine ({@code
     * forward_rules}).
     */
    public static @Nullable String targetProblem(EnvoyMessage message) {
        List<HeaderValue> received =
                message.proto().getRequestHeaders().getHeaders().getHeadersList();
        HeaderValue method = null;
        HeaderValue authority = null;
        HeaderValue path = null;
        for (int i = 0; i < received.size(); i++) {
            HeaderValue header = received.get(i);
            HeaderValue before = null;
            switch (header.getKey()) {
                case ":method" -> {
                    before = method;
                    method = header;
                }
                case ":authority" -> {
                    before = authority;
                    authority = header;
                }
                case ":path" -> {
                    before = path;
                    path = header;
                }
                default -> {}
            }
            if (before != null) {
                return "with two '" + header.getKey() + "'";
            }
        }
        if (method == null || isEmpty(method)) {
            return "without ':method'";
        }
        if (authority == null) {
            return "without ':authority'";
        }
        boolean hasPath = path != null && !isEmpty(path);
        return hasPath || value(method).equals("CONNECT") ? null : "without ':path'";
    }

    /** Returns the bytes of a body message, as a shared view that must not be changed. */
    public static Buffer body(EnvoyMessage message) {
        ProcessingRequest received = message.proto();
        HttpBody body = received.hasRequestBody() ? received.getRequestBody() : received.getResponseBody();
        return Bytes.buffer(body.getBody());
    }

    /** Reads the response of a response headers message. */
    public static ResponseView response(EnvoyMessage message) {
        List<HeaderValue> received =
                message.proto().getResponseHeaders().getHeaders().getHeadersList();
        HeaderMap.Builder headers = HeaderMap.builder(received.size() + 8);
        int status = 0;
        for (int i = 0; i < received.size(); i++) {
            HeaderValue header = received.get(i);
            if (header.getKey().equals(":status")) {
                status = status(value(header));
            } else {
                append(headers, header.getKey(), value(header));
            }
        }
        return new ResponseView(status, headers.build(), null);
    }

    /** Appends a field, unless it is a pseudo header such as {@code :protocol}, which is not a field. */
    private static void append(HeaderMap.Builder headers, String name, String value) {
        if (!name.startsWith(":")) {
            headers.append(name, value);
        }
    }

    private static String value(HeaderValue header) {
        ByteString raw = header.getRawValue();
        // Envoy fills raw_value only; other clients of the protocol may fill value.
        return raw.isEmpty() ? Octets.fromText(header.getValue()) : raw.toString(StandardCharsets.ISO_8859_1);
    }

    private static boolean isEmpty(HeaderValue header) {
        return header.getRawValue().isEmpty() && header.getValue().isEmpty();
    }

    private static int status(String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException hidden) {
            return 0;
        }
    }

    private static @Nullable String text(Value value) {
        return switch (value.getKindCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
            case NUMBER_VALUE -> {
                double number = value.getNumberValue();
                yield number == Math.rint(number) && Math.abs(number) < 1e15
                        ? Long.toString((long) number)
                        : Double.toString(number);
            }
            case NULL_VALUE, STRUCT_VALUE, LIST_VALUE, KIND_NOT_SET -> null;
        };
    }
}
