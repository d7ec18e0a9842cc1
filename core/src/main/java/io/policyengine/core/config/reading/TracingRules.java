package io.policyengine.core.config.reading;

import io.policyengine.core.callout.TargetUrl;
import java.util.HashSet;

/** The rules for {@code tracing} that its schema does not express. */
final class TracingRules {
    private TracingRules() {}

    static void check(Section file, String tracing) {
        if (file.isBroken(tracing)) {
            return;
        }
        String endpoint = tracing + "/endpoint";
        boolean grpc = file.text(tracing + "/protocol").equals("grpc");
        if (file.has(endpoint)) {
            checkEndpoint(file, endpoint, grpc);
        } else if (grpc) {
            file.error(
                    tracing + "/protocol",
                    "with 'protocol: grpc', 'endpoint' is required: the receiver's address, such as "
                            + "http://localhost:4317");
        }
        TargetRules.checkHeaders(file, tracing + "/headers");
        checkFormats(file, tracing + "/propagation");
        checkChance(file, tracing);
    }

    private static void checkEndpoint(Section file, String endpoint, boolean grpc) {
        try {
            TargetUrl url = TargetUrl.parse(file.text(endpoint));
            if (grpc && !url.path().equals("/")) {
                file.error(endpoint, "with 'protocol: grpc' the URL has no path: remove what follows the port");
            }
        } catch (IllegalArgumentException unusable) {
            file.error(endpoint, String.valueOf(unusable.getMessage()));
        }
    }

    private static void checkFormats(Section file, String propagation) {
        var seen = new HashSet<String>();
        for (String format : file.children(propagation)) {
            if (!file.isBroken(format) && !seen.add(file.text(format))) {
                file.error(format, "the format " + file.quote(format) + " is listed twice");
            }
        }
    }

    private static void checkChance(Section file, String tracing) {
        String sampler = file.text(tracing + "/sampler");
        if (file.has(tracing + "/sampling_rate") && (sampler.equals("on_error") || sampler.equals("slow"))) {
            file.warning(
                    tracing + "/sampling_rate",
                    "'sampling_rate' is ignored: 'sampler: " + sampler + "' chooses by how an exchange ends");
        }
        if (file.has(tracing + "/slow_ms") && !sampler.equals("slow")) {
            file.warning(tracing + "/slow_ms", "'slow_ms' is ignored without 'sampler: slow'");
        }
    }
}
