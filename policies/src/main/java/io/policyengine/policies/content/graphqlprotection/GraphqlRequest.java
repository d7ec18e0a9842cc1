package io.policyengine.policies.content.graphqlprotection;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A request of GraphQL over HTTP.
 *
 * @param document its text, if it is sent
 * @param hash the SHA-256 in hexadecimal digits of a stored document that is named
 * @param variables an object; anything else has none
 */
record GraphqlRequest(Optional<String> document, Optional<String> hash, JsonNode variables) {}
