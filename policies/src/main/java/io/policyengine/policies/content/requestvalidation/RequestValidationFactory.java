package io.policyengine.policies.content.requestvalidation;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.content.shared.openapi.ApiDocument;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Creates the policy {@code requestValidation}. */
@Descriptor(
        name = "requestValidation",
        version = "1.0.0",
        family = Family.CONTENT,
        phases = {Phase.REQUEST, Phase.RESPONSE},
        requestBody = BodyNeed.BUFFERED,
        responseBody = BodyNeed.BUFFERED,
        facts = {Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS, Fact.JUDGES_CONTENT},
        codes = ValidationCode.class,
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class RequestValidationFactory implements PolicyFactory<RequestValidationParams> {
    /** The standard methods (RFC 9110 §9.3, RFC 5789). */
    private static final Set<String> STANDARD_METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    private static final String OPENAPI_FILE = "/openapi_file";

    /** Requires a body only if an OpenAPI document is set, or if content types are restricted. */
    @Override
    public BodyNeed bodyNeed(RequestValidationParams params, Phase phase) {
        return params.openapiFile() != null || params.contentTypes() != null ? BodyNeed.BUFFERED : BodyNeed.NONE;
    }

    @Override
    public void check(RequestValidationParams params, Phase phase) {
        if (phase == Phase.RESPONSE && params.openapiFile() == null) {
            throw new InvalidParamsException(
                    "", "a response can be validated only against a document: set " + "openapi_file");
        }
    }

    @Override
    public Policy create(RequestValidationParams params, PolicyEnvironment env) {
        PlainRules rules = PlainRules.of(params);
        checkBasePath(params);
        checkMethods(PlainRules.texts(params.methods()));
        checkTypes("/content_types", PlainRules.texts(params.contentTypes()));
        checkTypes("/opaque_types", PlainRules.texts(params.opaqueTypes()));
        String file = params.openapiFile();
        if (file == null) {
            if (rules.areNone()) {
                throw new InvalidParamsException(
                        "",
                        "needs openapi_file, or one of required_headers, required_query, content_types, methods and max_uri_bytes");
            }
            return new RequestValidationPolicy(params, rules, null, env);
        }
        try {
            return new RequestValidationPolicy(params, rules, DocumentFiles.open(file, settings(params), env), env);
        } catch (InvalidParamsException unusable) {
            throw unusable.at(OPENAPI_FILE);
        }
    }

    private static ApiDocument.Settings settings(RequestValidationParams params) {
        return new ApiDocument.Settings(
                params.assertFormat(),
                PlainRules.texts(params.opaqueTypes()).stream()
                        .map(HeaderMap::lowerCase)
                        .collect(Collectors.toSet()));
    }

    private static void checkBasePath(RequestValidationParams params) {
        String base = params.basePath();
        boolean isPath = base.isEmpty()
                || (base.startsWith("/") && !base.endsWith("/") && base.indexOf('?') < 0 && base.indexOf('#') < 0);
        if (!isPath) {
            throw new InvalidParamsException(
                    "/base_path", "expected a path that begins with a slash but does not end with one, such as /v1");
        }
        if (!base.isEmpty() && params.openapiFile() == null) {
            throw new InvalidParamsException(
                    "/base_path", "needs openapi_file: base_path is a prefix of the " + "document's paths");
        }
    }

    /**
     * Rejects standard methods in lower case. They would never match, since methods are case-sensitive (RFC 9110 §9.1).
     */
    private static void checkMethods(Iterable<String> methods) {
        int index = 0;
        for (String method : methods) {
            String upperCase = method.toUpperCase(Locale.ROOT);
            if (STANDARD_METHODS.contains(upperCase) && !method.equals(upperCase)) {
                throw new InvalidParamsException("/methods/" + index, "methods are case-sensitive: write " + upperCase);
            }
            index++;
        }
    }

    private static void checkTypes(String pointer, Iterable<String> types) {
        int index = 0;
        for (String type : types) {
            if (!type.matches("[A-Za-z0-9!#$&^_.+-]+/([A-Za-z0-9!#$&^_.+-]+|\\*)")) {
                throw new InvalidParamsException(
                        pointer + "/" + index,
                        "a media type is expected, without parameters: application/json or image/*");
            }
            index++;
        }
    }
}
