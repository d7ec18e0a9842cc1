package io.policyengine.policies.authentication.clientcertificate;

import io.policyengine.core.policy.Identity;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The known facts about a client's certificate. Unknown texts and lists are empty.
 *
 * @param fingerprint SHA-256 in lower-case hexadecimal
 */
record ClientIdentity(
        String subject, List<String> uris, List<String> dnsNames, List<String> emails, String fingerprint) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Returns the client's id: the first URI, host name or e-mail address, else the subject, else the fingerprint. */
    String id() {
        for (List<String> names : List.of(uris, dnsNames, emails)) {
            if (!names.isEmpty()) {
                return names.getFirst();
            }
        }
        return subject.isEmpty() ? fingerprint : subject;
    }

    Identity identity() {
        ObjectNode claims = JSON.objectNode();
        claims.put("subject", subject).put("fingerprint", fingerprint);
        claims.set("uris", array(uris));
        claims.set("dns_names", array(dnsNames));
        claims.set("emails", array(emails));
        return new Identity(id(), "client_certificate", List.of(), List.of(), claims);
    }

    private static ArrayNode array(List<String> texts) {
        ArrayNode array = JSON.arrayNode(texts.size());
        texts.forEach(array::add);
        return array;
    }
}
