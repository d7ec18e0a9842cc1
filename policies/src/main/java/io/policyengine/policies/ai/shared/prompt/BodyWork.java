package io.policyengine.policies.ai.shared.prompt;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.policies.format.json.JsonSize;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * Runs work on the complete body of a request: immediately if the body is small, otherwise off the event loop, where
 * memory is bounded.
 */
public final class BodyWork {
    private BodyWork() {}

    /** A task that works on a request body, with a result of type {@code T}. */
    @FunctionalInterface
    public interface Task<T> {
        /** Runs the task, on any thread. */
        T run(StopSignal stop) throws PromptFault;
    }

    /**
     * Runs a task on the body of a request.
     *
     * @return a future that fails with {@link PromptFault} if the task fails with it, or if the body needs more memory
     *     than a task may use
     */
    public static <T> Future<T> run(PolicyEnvironment env, RequestContext context, Task<T> task) {
        Buffer body = context.request().body();
        byte[] text = body == null ? new byte[0] : body.getBytes();
        JsonSize size = JsonSize.of(text, true, () -> false);
        if (!size.isSmall()) {
            return env.offLoop(context.call(), size.work(), task::run).recover(BodyWork::recovered);
        }
        try {
            return Future.succeededFuture(task.run(() -> false));
        } catch (PromptFault | PolicyException expected) {
            return Future.failedFuture(expected);
        }
    }

    private static <T> Future<T> recovered(Throwable failure) {
        return Future.failedFuture(
                failure instanceof TooMuchMemoryException ? new PromptFault(PromptFault.Kind.TOO_COMPLEX) : failure);
    }
}
