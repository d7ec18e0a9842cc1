package io.policyengine.e2e.body;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A policy that looks at bodies, on routes of its own, and what it is to do with each of these. */
final class ContentRow {
    final String name;
    final String chain;
    final Message passes;
    final Map<String, Message> disguised = new LinkedHashMap<>();
    final List<String> seen = new ArrayList<>();

    @Nullable
    Message denied;

    @Nullable
    Message masked;

    String secret = "";
    int refusal;
    int whenDown = 200;
    boolean inResponse;
    private String streamed = "";

    /**
     * A row.
     *
     * @param name the policy's, and perhaps a word more
     * @param chain the entries of its routes, in YAML
     * @param passes goes on as it is
     */
    ContentRow(String name, String chain, Message passes) {
        this.name = name;
        this.chain = chain;
        this.passes = passes;
    }

    /** This is refused, whole and in chunks. */
    ContentRow denies(int status, Message message) {
        refusal = status;
        denied = message;
        return this;
    }

    /** This goes on without the secret. */
    ContentRow masks(Message message, String without) {
        masked = message;
        secret = without;
        return this;
    }

    /** This is refused, or goes on without the secret, as well. */
    ContentRow disguised(String how, Message message) {
        disguised.put(how, message);
        return this;
    }

    /** Stands in the response flow; the upstream answers with what it got. */
    ContentRow onResponses() {
        inResponse = true;
        return this;
    }

    /** Takes bodies in chunks as well. */
    ContentRow streams() {
        return streams(chain);
    }

    /** Takes bodies in chunks as well, with these entries. */
    ContentRow streams(String entries) {
        streamed = entries;
        return this;
    }

    boolean isStreamed() {
        return !streamed.isEmpty();
    }

    /** What passes otherwise gets this status while the dependency is down. */
    ContentRow whenDown(int status) {
        whenDown = status;
        return this;
    }

    String path(String flow) {
        return "/" + flow + "/" + name.replace(' ', '-');
    }

    String routes() {
        return route("whole", "buffered_body", chain) + (isStreamed() ? route("chunks", "streaming", streamed) : "");
    }

    private String route(String flow, String mode, String entries) {
        return """
                  - route_name: %s
                    %s: { processing_mode: %s, policy_chain: [%s] }
                """.formatted(path(flow), inResponse ? "response_flow" : "request_flow", mode, entries);
    }

    /** What is looked for in disguise. */
    Message attack() {
        Message found = denied == null ? masked : denied;
        if (found == null) {
            throw new IllegalStateException(name + " refuses and masks nothing");
        }
        return found;
    }

    @Override
    public String toString() {
        return "| " + name + " | " + String.join(" | ", seen) + " |";
    }
}
