package io.policyengine.app.demo;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A scene of the demo: a configuration, an upstream, and requests with expected outcomes.
 *
 * @param folder the configuration's directory within the example configuration
 * @param more additional files of the configuration: texts by path
 * @param needs servers that the demo starts for the scene
 * @param programs that run in addition to the engine
 * @param answers of the upstream
 * @param visits in order
 * @param trail the expected audit trail
 */
record Scene(
        String folder,
        Map<String, String> more,
        Set<Need> needs,
        List<Program> programs,
        List<UpstreamAnswer> answers,
        List<Visit> visits,
        Optional<Trail> trail) {}
