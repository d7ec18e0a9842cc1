package io.policyengine.kernel.extproc;

import io.policyengine.core.http.Octets;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.http.PathRules;
import io.policyengine.core.http.RequestFault;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.EnvoyReader;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks that all servers interpret a request's path, method and host in the same way. Also applies to routes without
 * policies.
 */
final class TargetCheck {
    private TargetCheck() {}

    /**
     * Returns the response to a request that other servers may interpret differently, or null if the request may pass.
     */
    static @Nullable ImmediateResponse denialOf(
            LoopContext loop, ExchangeFacts facts, EnvoyMessage first, Map<String, String> attributes) {
        PathFault path = faultInPath(loop, facts, attributes);
        if (path != null) {
            loop.shared().log().pathRefused(facts, path);
            loop.shared().meters().pathRefused(path);
            return loop.errorResponses().pathRefused(path, facts.requestId());
        }
        RequestFault head = faultInHead(loop, facts, first, attributes);
        if (head != null) {
            loop.shared().log().requestRefused(facts, head);
            loop.shared().meters().requestRefused(head);
            return loop.errorResponses().requestRefused(head, facts.requestId());
        }
        return null;
    }

    private static @Nullable PathFault faultInPath(
            LoopContext loop, ExchangeFacts facts, Map<String, String> attributes) {
        String path = facts.originalRequest().rawPath();
        String method = facts.originalRequest().method();
        if (path.isEmpty()) {
            path = Octets.fromText(attributes.getOrDefault("request.path", ""));
            method = attributes.getOrDefault("request.method", method);
        }
        PathRules rules = loop.config().pathRules();
        if (path.isEmpty() && rules != PathRules.OFF && !method.equals("CONNECT")) {
            loop.shared().log().pathUntold(facts);
        }
        return path.isEmpty() ? null : rules.faultIn(method, path, facts.allowedInPath());
    }

    private static @Nullable RequestFault faultInHead(
            LoopContext loop, ExchangeFacts facts, EnvoyMessage first, Map<String, String> attributes) {
        String method = facts.originalRequest().method();
        String told = facts.originalRequest().authority();
        String authority = told.isEmpty() ? EnvoyReader.authority(first) : told;
        if (method.isEmpty()) {
            method = attributes.getOrDefault("request.method", "");
        }
        if (authority == null && attributes.containsKey("request.host")) {
            authority = Octets.fromText(attributes.getOrDefault("request.host", ""));
        }
        return loop.config().pathRules().faultIn(method, authority);
    }
}
