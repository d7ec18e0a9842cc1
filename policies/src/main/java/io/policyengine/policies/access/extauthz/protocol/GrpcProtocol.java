package io.policyengine.policies.access.extauthz.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.QueryParameter;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.DeniedHttpResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.UnaryRequest;
import io.policyengine.core.http.Octets;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Target;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Envoy's {@code envoy.service.auth.v3.Authorization/Check}. The service receives what Envoy's ext_authz filter sends,
 * as far as the engine knows it. The identity is added in {@code context_extensions}.
 */
public record GrpcProtocol(Target target, int maxAnswerBytes) implements AuthorizationProtocol {
    private static final String METHOD = "envoy.service.auth.v3.Authorization/Check";
    private static final int OK = 0;

    @Override
    public Future<AuthorizationAnswer> ask(AuthorizationQuestion question, Call call) {
        Buffer message = Buffer.buffer(request(question).toByteArray());
        return target.unary(call, UnaryRequest.idempotent(METHOD, message, maxAnswerBytes))
                .map(this::answer)
                .recover(AuthorizationAnswer::ofFailure);
    }

    private static CheckRequest request(AuthorizationQuestion question) {
        AttributeContext.Builder attributes = AttributeContext.newBuilder()
                .setSource(AttributeContext.Peer.newBuilder()
                        .setAddress(address(question.request().clientAddress())))
                .setRequest(AttributeContext.Request.newBuilder().setHttp(http(question)));
        for (String key : AuthorizationQuestion.IDENTITY) {
            String value = question.metadata().text(key);
            if (value != null) {
                attributes.putContextExtensions(key, value);
            }
        }
        return CheckRequest.newBuilder().setAttributes(attributes).build();
    }

    private static Address address(String clientAddress) {
        return Address.newBuilder()
                .setSocketAddress(SocketAddress.newBuilder().setAddress(clientAddress))
                .build();
    }

    private static AttributeContext.HttpRequest http(AuthorizationQuestion question) {
        return AttributeContext.HttpRequest.newBuilder()
                .setId(question.requestId())
                .setMethod(question.request().method())
                .setScheme(question.request().scheme())
                .setHost(Octets.toText(question.request().authority()))
                .setPath(Octets.toText(question.request().path()))
                .setProtocol(question.request().attributes().getOrDefault("request.protocol", ""))
                .setSize(question.isPartial() ? -1 : question.body().length())
                .setRawBody(ByteString.copyFrom(question.body().getBytes()))
                .putAllHeaders(ShownHeaders.of(question))
                .build();
    }

    private AuthorizationAnswer answer(Buffer message) {
        CheckResponse response;
        try {
            response = CheckResponse.parseFrom(message.getBytes());
        } catch (InvalidProtocolBufferException garbage) {
            if (deniesUnreadably(message)) {
                return AuthorizationAnswer.DENIED;
            }
            throw malformed("its response is not a CheckResponse");
        }
        if (response.hasDeniedResponse()) {
            return denied(response.getDeniedResponse());
        }
        if (response.getStatus().getCode() != OK) {
            return AuthorizationAnswer.DENIED;
        }
        if (!response.hasStatus()) {
            throw malformed("its response has no status");
        }
        return allowed(response.getOkResponse(), response);
    }

    /**
     * Returns whether a response denies the request although a part of the response is unreadable. One of its texts may
     * be invalid UTF-8, for example because it repeats a part of the request.
     */
    private static boolean deniesUnreadably(Buffer message) {
        try {
            UnknownFieldSet fields = UnknownFieldSet.parseFrom(message.getBytes());
            if (fields.hasField(CheckResponse.DENIED_RESPONSE_FIELD_NUMBER)) {
                return true;
            }
            for (ByteString status :
                    fields.getField(CheckResponse.STATUS_FIELD_NUMBER).getLengthDelimitedList()) {
                UnknownFieldSet.Field code = UnknownFieldSet.parseFrom(status).getField(Status.CODE_FIELD_NUMBER);
                if (code.getVarintList().stream().anyMatch(value -> value != OK)) {
                    return true;
                }
            }
            return false;
        } catch (InvalidProtocolBufferException garbage) {
            return false;
        }
    }

    @SuppressWarnings("deprecation") // services still send this field, which overrides its successor
    private AuthorizationAnswer allowed(OkHttpResponse ok, CheckResponse response) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (QueryParameter parameter : ok.getQueryParametersToSetList()) {
            parameters.put(parameter.getKey(), parameter.getValue());
        }
        return new AuthorizationAnswer.Allowed(
                changes(ok.getHeadersList()),
                ok.getHeadersToRemoveList(),
                parameters,
                ok.getQueryParametersToRemoveList(),
                changes(ok.getResponseHeadersToAddList()),
                ok.hasDynamicMetadata()
                        ? StructJson.of(ok.getDynamicMetadata())
                        : response.hasDynamicMetadata() ? StructJson.of(response.getDynamicMetadata()) : null);
    }

    private static AuthorizationAnswer denied(DeniedHttpResponse denied) {
        return new AuthorizationAnswer.Denied(
                denied.getStatus().getCodeValue(),
                denied.getHeadersList().stream()
                        .map(option -> change(option, ofDenial(option)))
                        .toList(),
                Buffer.buffer(denied.getBodyBytes().toByteArray()));
    }

    private List<HeaderChange> changes(List<HeaderValueOption> options) {
        return options.stream().map(option -> change(option, action(option))).toList();
    }

    private static HeaderChange change(HeaderValueOption option, HeaderChange.Action action) {
        HeaderValue header = option.getHeader();
        String value = header.getRawValue().isEmpty()
                ? Octets.fromText(header.getValue())
                : Octets.fromBytes(header.getRawValue().toByteArray());
        return new HeaderChange(header.getKey(), value, action);
    }

    @SuppressWarnings("deprecation") // Envoy's ext_authz filter uses it
    private HeaderChange.Action action(HeaderValueOption option) {
        return option.hasAppend() ? of(option.getAppend().getValue()) : of(option);
    }

    /** Returns the action for a field of a denial: append if the service says so, otherwise set. */
    @SuppressWarnings("deprecation") // as above
    private static HeaderChange.Action ofDenial(HeaderValueOption option) {
        return of(option.hasAppend() && option.getAppend().getValue());
    }

    private static HeaderChange.Action of(boolean append) {
        return append ? HeaderChange.Action.APPEND : HeaderChange.Action.SET;
    }

    /** Returns the action for a header option. The default value, 0, sets the field, as in Envoy's filter. */
    private HeaderChange.Action of(HeaderValueOption option) {
        return switch (option.getAppendAction()) {
            case APPEND_IF_EXISTS_OR_ADD, OVERWRITE_IF_EXISTS_OR_ADD -> HeaderChange.Action.SET;
            case ADD_IF_ABSENT -> HeaderChange.Action.SET_IF_ABSENT;
            case OVERWRITE_IF_EXISTS -> HeaderChange.Action.SET_IF_PRESENT;
            case UNRECOGNIZED -> throw malformed("its response changes a field by an unknown append action");
        };
    }

    private CalloutException malformed(String why) {
        return new CalloutException(CalloutException.Kind.MALFORMED, target.name(), why);
    }
}
