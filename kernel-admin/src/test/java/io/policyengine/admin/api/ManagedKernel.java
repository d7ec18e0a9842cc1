package io.policyengine.admin.api;

import static io.policyengine.kernel.harness.KernelHarness.route;

import io.policyengine.admin.harness.Answer;
import io.policyengine.admin.harness.ManagedKernels;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import tools.jackson.databind.json.JsonMapper;

/** A kernel with two workers, whose management API a test calls over HTTP. */
abstract class ManagedKernel {
    static final JsonMapper JSON = new JsonMapper();
    static final String WORKERS =
            "workers: [ { name: a, policies: [ one, roles ] }, { name: b, policies: [ two ] } ]\n";
    static final String ROUTES = "routes/routes.yaml";
    static final String FIRST = "# by hand\n" + route("/first", "[ { policy: one }, { policy: two } ]", "[]");

    final KernelHarness kernel = ManagedKernels.create();
    final ScriptedWorker first;
    final ScriptedWorker second;

    ManagedKernel() {
        first = kernel.worker("a").with("one", Policies.request(new SetHeader("x-policy", "one")));
        second = kernel.worker("b").with("two", Policies.request(new SetHeader("x-second", "two")));
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    Answer call(HttpMethod method, String path) {
        return call(method, path, null, Map.of());
    }

    Answer call(HttpMethod method, String path, @Nullable String body, Map<String, String> headers) {
        return Answer.of(kernel, method, path, body, headers);
    }
}
