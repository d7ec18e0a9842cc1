package io.policyengine.app.demo;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One thing that the demo shows: a configuration, an upstream, and requests with the outcomes that are expected.
 *
 * @param folder of the configuration, below the example configuration
 * @param more files for the configuration: their texts by path
 * @param needs servers that are started for it
 * @param programs that have to run beside the engine
 * @param answers of the upstream
 * @param visits in their order
 * @param trail that the visits leave
 */
record Scene(
        String folder,
        Map<String, String> more,
        Set<Need> needs,
        List<Program> programs,
        List<Answer> answers,
        List<Visit> visits,
        Optional<Trail> trail) {}
