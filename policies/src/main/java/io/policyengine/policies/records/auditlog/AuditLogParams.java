package io.policyengine.policies.records.auditlog;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.Secret;
import io.policyengine.core.sink.SinkRef;
import io.policyengine.policies.records.shared.exchangerecord.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Doc("Records each exchange, including denied ones, optionally in a chain of digests.")
record AuditLogParams(
        @Doc("The sink for records: its name in worker_core.sinks, or its settings.") @Default("{\"type\": \"stdout\"}")
        SinkRef sink,

        @Doc("Facts to record. Unknown facts are omitted.")
        @Default(
                "[\"route\", \"client_address\", \"consumer\", \"consumer_issuer\", \"auth_method\", \"method\", \"authority\", \"path\", \"status\","
                        + " \"denied_by\", \"reason\", \"code\", \"aborted\", \"latency_ms\", \"verdicts\"]")
        List<Field> fields,

        @Doc("Request header fields to record; `*` records all, but masks those whose names suggest secrets.")
        @Default("[\"user-agent\", \"content-type\"]")
        List<String> requestHeaders,

        @Doc("Response header fields to record; `*` records all, but masks those whose names suggest secrets.")
        @Default("[\"content-type\"]")
        List<String> responseHeaders,

        @Doc("True if the body of the request is recorded.") @Default("false")
        boolean logRequestBody,

        @Doc("True if the body of the response is recorded.") @Default("false")
        boolean logResponseBody,

        @Doc("Maximum number of bytes of each body that are recorded.") @Default("16384") @Range(min = 1, max = 262_144)
        int maxBodyBytes,

        @Doc(
                value = "Values to mask in bodies: JSON Pointers, in which `*` matches each member or element, or "
                        + "names of members, without a slash, which are masked everywhere. With this parameter, bodies "
                        + "other than JSON are left out.",
                examples = "[\"/password\", \"/cards/*/number\"]")
        @Default("[]")
        List<String> redact,

        @Doc("True if each record contains the digest of the previous one, so that `verify-audit` detects changes.")
        @Default("false")
        boolean chain,

        @Doc("Ed25519 key that signs checkpoints of the chain of digests: PEM with BEGIN PRIVATE KEY. Absent: "
                + "checkpoints are not signed.")
        @Secret
        @Nullable
        @NonEmpty
        String signingKey,

        @Doc("Maximum number of records between two checkpoints.") @Default("1000") @Range(min = 1, max = 1_000_000)
        int checkpointEntries,

        @Doc("Maximum time in seconds between a record and the next checkpoint.")
        @Default("60")
        @Range(min = 1, max = 86_400)
        int checkpointS) {
    AuditLogParams {
        fields = List.copyOf(fields);
        requestHeaders = List.copyOf(requestHeaders);
        responseHeaders = List.copyOf(responseHeaders);
        redact = List.copyOf(redact);
    }

    /** Returns the parameters without the key. */
    @Override
    public String toString() {
        return "AuditLogParams[sink=" + sink + ", chain=" + chain + "]";
    }
}
