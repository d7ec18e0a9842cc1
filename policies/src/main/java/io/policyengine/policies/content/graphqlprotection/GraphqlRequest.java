package io.policyengine.policies.content.graphqlprotection;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A request of GraphQL over HTTP.
 *
 * @param document the text of the document, if sent
 * @param hash the SHA-256 of a stored document in hexadecimal digits, if the request names one
 * @param variables an object; any other node means that there are no variables
 */
record GraphqlRequest(Optional<String> document, Optional<String> hash, JsonNode variables) {}
