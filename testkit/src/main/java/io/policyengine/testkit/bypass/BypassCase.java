package io.policyengine.testkit.bypass;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An attempt of a client to bypass policies. Its texts are templates; see {@link BypassTemplate}. */
public record BypassCase(
        @Doc("A letter and three digits.") String id,

        @Doc("The kind of bypass.") Kind kind,
        @Doc("The attempt, in words.") String title,

        @Doc("The part that must stop the attempt.") @Default("\"path_rules\"")
        Guard guard,

        @Doc("Whether the request has a valid credential.") @Default("false")
        boolean credential,

        @Doc("The method; by default POST for media types, otherwise GET.") @Nullable
        String method,

        @Doc("The request target; by default the limited path for media types, otherwise the protected path.") @Nullable
        String target,

        @Doc("Values of Host; in HTTP/2, the first is also :authority. By default the deployment's host.") @Nullable
        List<String> host,

        @Doc("Field lines.") @Default("[]") List<String> fields,

        @Doc("The body; by default a body beyond the limit for media types, otherwise none.") @Nullable
        String body,

        @Doc("The octets of an HTTP/1.1 connection, in place of the other parts.") @Nullable
        String raw,

        @Doc("HTTP versions that can express the request.") @Default("[1, 2]")
        List<Integer> http) {
    private static final String BODY = "{body64}";

    public enum Kind {
        /** Another spelling of the path. */
        PATH,
        METHOD,
        HOST,
        /** Header fields that servers misread, or mistake for the end of a message. */
        HEADER,
        /** Identity fields forged by the client. */
        IDENTITY,
        /** A media type that the policy does not recognize. */
        CONTENT_TYPE
    }

    /** The part of a deployment that must stop a case. */
    public enum Guard {
        /** The kernel's {@code path_rules} stop the case, with any configuration of Envoy. */
        PATH_RULES,
        /** The kernel stops the case by removing identity fields, with any configuration of Envoy. */
        IDENTITY,
        /** The policies of the route stop the case, with any configuration of Envoy. */
        POLICY,
        /** Envoy's routes stop the case: no route with weaker policies may match the request. */
        ROUTES,
        /** Envoy's configuration or Envoy itself stops the case. */
        ENVOY
    }

    String methodOrDefault() {
        return method != null ? method : kind == Kind.CONTENT_TYPE ? "POST" : "GET";
    }

    String targetOrDefault() {
        return target != null ? target : kind == Kind.CONTENT_TYPE ? "{limited}" : "{path}";
    }

    List<String> hostOrDefault() {
        return host != null ? host : List.of("{authority}");
    }

    String bodyOrDefault() {
        return body != null ? body : kind == Kind.CONTENT_TYPE ? BODY : "";
    }

    /** Returns whether the deployment has the paths that this case needs. */
    boolean appliesTo(Deployment deployment) {
        return (deployment.paths().optional() != null || !needs("optional"))
                && (deployment.paths().limited() != null || !needs("limited"));
    }

    private boolean needs(String path) {
        String placeholder = "{" + path + "}";
        return raw != null ? raw.contains(placeholder) : targetOrDefault().contains(placeholder);
    }
}
