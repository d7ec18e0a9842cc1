package io.policyengine.policies.traffic.cache;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.NormalPath;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.policies.traffic.cache.entry.CacheKey;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The resources that an unsafe request changes: its target, and resources on its host that Location or Content-Location
 * name.
 */
final class InvalidatedTargets {
    private InvalidatedTargets() {}

    /** Returns the slots of the resources that a request changes; at most four. */
    static Set<String> of(Fetch.Start start, ResponseContext context) {
        Set<String> resources = new LinkedHashSet<>();
        resources.add(start.resource());
        resources.add(Partition.resource(context.request()));
        HeaderMap headers = context.response().headers();
        add(headers.get("location"), start.request(), resources);
        add(headers.get("content-location"), start.request(), resources);
        return resources;
    }

    private static void add(@Nullable String reference, RequestView request, Set<String> resources) {
        if (reference == null) {
            return;
        }
        try {
            URI base = URI.create(request.scheme() + "://" + request.authority() + request.rawPath());
            URI named = base.resolve(reference);
            String authority = named.getRawAuthority();
            if (authority != null && authority.equalsIgnoreCase(request.authority())) {
                String query = named.getRawQuery();
                String path = named.getRawPath().isEmpty() ? "/" : named.getRawPath();
                String target = NormalPath.of(query == null ? path : path + "?" + query);
                resources.add(CacheKey.resource(request.scheme(), HeaderMap.lowerCase(authority), target));
            }
        } catch (IllegalArgumentException unreadable) {
            // An invalid reference names no resource.
            return;
        }
    }
}
