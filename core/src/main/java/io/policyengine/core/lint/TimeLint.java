package io.policyengine.core.lint;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.time.PromisedTime;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds entries whose rules for failures do not apply if earlier entries use their whole time limits. An entry that
 * fails with less than its promised time denies. Only configured times count. The sum of the times restarts at each
 * entry that reads the body, since a new call may begin there.
 */
final class TimeLint {
    private final CallTimes times;
    private final FlowLint.Findings findings;
    private String worker = "";
    /** The maximum time of the entries before the current entry in the same call. */
    private Duration before = Duration.ZERO;
    /** The maximum time of the calls before the current call. */
    private Duration calls = Duration.ZERO;

    TimeLint(CallTimes times, FlowLint.Findings findings) {
        this.times = times;
        this.findings = findings;
    }

    void check(List<LintEntry> flow) {
        begin("");
        for (LintEntry entry : flow) {
            if (entry.isEnforced()) {
                check(entry);
            }
        }
    }

    private void begin(String called) {
        worker = called;
        before = Duration.ZERO;
        calls = Duration.ZERO;
    }

    private void check(LintEntry entry) {
        CallTimes.OfWorker call = times.of(entry.worker());
        if (call == null || entry.bodyNeed() != BodyNeed.NONE) {
            begin(entry.worker());
        } else if (!entry.worker().equals(worker)) {
            CallTimes.OfWorker last = times.of(worker);
            calls = calls.plus(last == null ? Duration.ZERO : last.whole());
            worker = entry.worker();
            before = Duration.ZERO;
        }
        Duration own = entry.config().timeout();
        if (call != null
                && (entry.onWorkerFailure() != OnFailure.DENY || entry.config().onOverload() != OnFailure.DENY)) {
            judge(entry, own, call);
        }
        before = before.plus(own == null ? Duration.ZERO : own);
    }

    private void judge(LintEntry entry, @Nullable Duration own, CallTimes.OfWorker call) {
        String name = "'" + entry.config().name() + "'";
        if (own != null && before.plus(promised(own, call)).compareTo(call.entries()) > 0 && !before.isZero()) {
            findings.add(
                    entry,
                    LintCode.TIMEOUTS_DO_NOT_FIT,
                    entry.config().source().value("timeout_ms"),
                    name + " denies, regardless of 'on_failure' and 'on_overload', if it fails with less time than its "
                            + "'timeout_ms' (" + own.toMillis() + " ms); earlier entries may take "
                            + before.toMillis() + " of the " + call.entries().toMillis()
                            + " ms that a call to worker '" + entry.worker()
                            + "' gives them: lower a 'timeout_ms', or raise that of the worker");
        } else if (calls.plus(call.whole()).compareTo(times.phase()) > 0 && !calls.isZero()) {
            findings.add(
                    entry,
                    LintCode.TIMEOUTS_DO_NOT_FIT,
                    entry.config().source().policy(),
                    name + " denies, regardless of 'on_failure' and 'on_overload', if the call of worker '"
                            + entry.worker() + "' fails with less time than its 'timeout_ms' ("
                            + call.whole().toMillis() + " ms); earlier calls may take "
                            + calls.toMillis() + " of the " + times.phase().toMillis()
                            + " ms of 'limits.phase_timeout_ms': lower the 'timeout_ms' of a worker, or raise"
                            + " that limit");
        }
    }

    /** Returns the promised time of an entry: its own limit, but at most three quarters of the call. */
    private static Duration promised(Duration own, CallTimes.OfWorker call) {
        return Duration.ofNanos(PromisedTime.of(own.toNanos(), call.entries().toNanos()));
    }
}
