package io.policyengine.policies.ai.semanticcache;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import org.jspecify.annotations.Nullable;

@Doc(
        "Answers prompts with stored answers to equivalent prompts. Must be listed in both flows, with the same name and the same parameters.")
record SemanticCacheParams(
        @Doc(
                value = "Name of the target (worker_core.targets) of the server that computes vectors of texts.",
                examples = "\"embeddings\"")
        @Nullable
        @NonEmpty
        String target,

        @Doc(
                value = "URL of the server that computes vectors, in place of a target.",
                examples = "\"http://embeddings.internal:8080/v1/embeddings\"")
        @Nullable
        @NonEmpty
        String url,

        @Doc(
                value = "Path appended to the target's URL. If absent, the URL is called unchanged.",
                examples = "\"/v1/embeddings\"")
        @Nullable
        @NonEmpty
        String path,

        @Doc(value = "Embedding model with which the server computes vectors.", examples = "\"text-embedding-3-small\"")
        @NonEmpty
        String model,

        @Doc("Number of dimensions to request from the server; vectors with another number are refused. If absent, the "
                + "model's own number.")
        @Nullable
        @Range(min = 1, max = 8192)
        Integer dimensions,

        @Doc("Minimum cosine similarity of two vectors whose texts count as equivalent.")
        @Default("0.95")
        @Range(min = 0.5, max = 1)
        double threshold,

        @Doc("True to require that words with digits, such as amounts, dates and versions, are the same in both texts.")
        @Default("true")
        boolean exactFigures,

        @Doc("Seconds for which a stored answer is used.") @Default("3600") @Range(min = 1, max = 2_592_000)
        int ttlS,

        @Doc("Maximum number of answers in a partition, whose requests may share answers; beyond it, the oldest answer "
                + "is evicted.")
        @Default("256")
        @Range(min = 1, max = 4096)
        int maxEntries,

        @Doc("Maximum size of a stored body in bytes. Longer responses pass without being stored, as do those above "
                + "resource_limits.max_body_size_bytes.")
        @Default("262144")
        @Range(min = 1, max = 16_777_216)
        int maxBodyBytes,

        @Doc("Maximum size in bytes of the last message, which is sent to the server that computes vectors. "
                + "Requests with a longer last message go to the upstream.")
        @Default("8192")
        @Range(min = 1, max = 65_536)
        int maxPromptBytes,

        @Doc("Store of the answers: local (the memory of the process), or a name of worker_core.stores.")
        @Default("\"local\"")
        @NonEmpty
        String store,

        @Doc("Maximum memory for answers in the local store, in bytes; beyond it, the least used answers are evicted. "
                + "In any store, one partition takes at most a quarter of this maximum.")
        @Default("16777216")
        @Range(min = 65_536, max = 1_073_741_824)
        long maxBytes,

        @Doc("True to share answers among all clients. By default, each identity has its own answers; without an "
                + "identity, each client address has its own.")
        @Default("false")
        boolean shared,

        @Doc(
                value = "Further key: requests with different values of it share no answers. identity, client_ip, "
                        + "header:NAME, or a CEL expression with a string as its value (else the client "
                        + "address).",
                examples = {"\"header:X-Tenant\"", "\"identity.claims.tenant\""})
        @Nullable
        String key,

        @Doc("Temperature above which requests go to the upstream; a request without a temperature has 1. If absent, "
                + "there is no limit.")
        @Nullable
        @Range(min = 0, max = 10)
        Double maxTemperature,

        @Doc("True to also answer requests with tools, by stored answers that call no tool.") @Default("false")
        boolean withTools,

        @Doc("True to also answer conversations, by answers that follow the same earlier messages. False to answer "
                + "only requests with a single message besides instructions.")
        @Default("true")
        boolean multiTurn,

        @Doc(value = "Any text; if it is changed, all stored answers are ignored.", examples = "\"2026-11-27\"")
        @Default("\"\"")
        String generation,

        @Doc("True to let clients request a new answer with Cache-Control: no-cache, and prevent storing with "
                + "no-store.")
        @Default("true")
        boolean requestDirectives,

        @Doc(
                value = "Request field, with any value, by which a client bypasses the cache.",
                examples = "\"X-Skip-Semantic-Cache\"")
        @Nullable
        @NonEmpty
        String skipHeader) {}
