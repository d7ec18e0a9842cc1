package io.policyengine.kernel.spans;

import io.opentelemetry.api.common.AttributeKey;
import java.util.List;

/** The attributes of spans; docs/tracing.md lists them. */
final class SpanKeys {
    static final AttributeKey<String> ROUTE = AttributeKey.stringKey("route.name");
    static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("request.id");
    static final AttributeKey<Long> GENERATION = AttributeKey.longKey("generation");
    static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("exchange.outcome");
    static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    static final AttributeKey<String> DECIDED_BY = AttributeKey.stringKey("decided.by");
    static final AttributeKey<String> CODE = AttributeKey.stringKey("decided.code");
    static final AttributeKey<String> RULE = AttributeKey.stringKey("decided.rule");
    static final AttributeKey<String> MATCHED = AttributeKey.stringKey("route.match");
    static final AttributeKey<String> PHASE = AttributeKey.stringKey("chain.phase");
    static final AttributeKey<String> MODE = AttributeKey.stringKey("execution.mode");
    static final AttributeKey<Long> TOTAL_POLICIES = AttributeKey.longKey("total.policies");
    static final AttributeKey<Long> TOTAL_WORKERS = AttributeKey.longKey("total.workers");
    static final AttributeKey<Boolean> PARTIAL = AttributeKey.booleanKey("partial.failure");
    static final AttributeKey<String> FAILED_WORKER = AttributeKey.stringKey("failed.worker");
    static final AttributeKey<String> WORKER = AttributeKey.stringKey("worker.name");
    static final AttributeKey<String> REPLICA = AttributeKey.stringKey("worker.replica");
    static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("worker.attempts");
    static final AttributeKey<Long> GROUP = AttributeKey.longKey("group.index");
    static final AttributeKey<List<String>> POLICIES = AttributeKey.stringArrayKey("policy.names");
    static final AttributeKey<Boolean> SHADOW = AttributeKey.booleanKey("shadow");
    static final AttributeKey<String> CALL_STATUS = AttributeKey.stringKey("call.status");
    static final AttributeKey<Long> INSTRUCTIONS = AttributeKey.longKey("instruction.count");
    static final AttributeKey<Long> CONFLICTS = AttributeKey.longKey("conflicts.detected");
    static final AttributeKey<String> ENTRY = AttributeKey.stringKey("policy.entry");
    static final AttributeKey<String> VERDICT = AttributeKey.stringKey("policy.verdict");
    static final AttributeKey<String> POLICY_CODE = AttributeKey.stringKey("policy.code");
    static final AttributeKey<String> POLICY_RULE = AttributeKey.stringKey("policy.rule");

    private SpanKeys() {}
}
