package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.params.Doc;

/** The form of a denial of a JSON-RPC request. */
@Doc("error is a JSON-RPC error with HTTP 200; status is HTTP 403.")
public enum DenyAs {
    /** An error of JSON-RPC, with HTTP 200. */
    ERROR,
    /** HTTP 403. */
    STATUS
}
