package io.policyengine.policies.ai.mcpaccess;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.NormalPath;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.policies.ai.mcpaccess.McpAccessParams.ResourceMetadataParams;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The metadata document of a protected resource, from which clients learn the authorization servers (RFC 9728). */
final class ResourceMetadata {
    private static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";

    private final Set<String> paths;
    private final ImmediateResponse answer;

    private ResourceMetadata(Set<String> paths, ImmediateResponse answer) {
        this.paths = paths;
        this.answer = answer;
    }

    /**
     * Creates the document.
     *
     * @throws InvalidParamsException if the URL is not valid for a resource (RFC 9728 §1.2)
     */
    static ResourceMetadata of(ResourceMetadataParams params) {
        String path = path(params.resource());
        return new ResourceMetadata(
                Set.copyOf(List.of(WELL_KNOWN, WELL_KNOWN + (path.equals("/") ? "" : path))),
                new ImmediateResponse(
                                200,
                                HeaderMap.of(
                                        "content-type", "application/json",
                                        "access-control-allow-origin", "*",
                                        "cache-control", "public, max-age=300"),
                                Buffer.buffer(document(params).toString()),
                                "protected_resource_metadata")
                        .withCode(McpCode.PROTECTED_RESOURCE_METADATA));
    }

    private static String path(String resource) {
        try {
            URI uri = new URI(resource);
            boolean isUrl =
                    ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme())) && uri.getHost() != null;
            if (isUrl && uri.getRawFragment() == null && uri.getRawQuery() == null) {
                return NormalPath.of(uri.getRawPath());
            }
        } catch (URISyntaxException noUri) {
            // Refused below.
        }
        throw new InvalidParamsException(
                "/protected_resource_metadata/resource",
                "a URL with https or http, without query and fragment, is " + "expected");
    }

    private static ObjectNode document(ResourceMetadataParams params) {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("resource", params.resource());
        put(document, "authorization_servers", params.authorizationServers());
        put(document, "scopes_supported", params.scopesSupported());
        put(document, "bearer_methods_supported", params.bearerMethodsSupported());
        Optional.ofNullable(params.resourceName()).ifPresent(name -> document.put("resource_name", name));
        Optional.ofNullable(params.resourceDocumentation())
                .ifPresent(url -> document.put("resource_documentation", url));
        return document;
    }

    private static void put(ObjectNode document, String name, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode array = document.putArray(name);
            values.forEach(array::add);
        }
    }

    /** Returns the response to a request for the metadata document; empty for any other request. */
    Optional<ImmediateResponse> answer(RequestView request) {
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        return reads && paths.contains(QueryString.pathOf(request.path())) ? Optional.of(answer) : Optional.empty();
    }
}
