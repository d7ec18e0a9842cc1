package io.policyengine.policies.message.rewrite;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.shared.template.TargetEncoding;
import io.policyengine.policies.shared.template.TargetTemplate;
import org.jspecify.annotations.Nullable;

/** The way in which a new path is made. */
sealed interface PathChange {
    /** The new target, or null if the old one stays. */
    @Nullable
    String of(RequestContext context);

    /** No change. */
    record None() implements PathChange {
        @Override
        public @Nullable String of(RequestContext context) {
            return null;
        }
    }

    /** Filled in from the request. */
    record Filled(TargetTemplate template) implements PathChange {
        @Override
        public String of(RequestContext context) {
            return template.fill(context);
        }
    }

    /** Put together from what the groups of a pattern match; the whole path has to match. */
    record Replaced(Pattern pattern, PathReplacement replacement) implements PathChange {
        @Override
        public @Nullable String of(RequestContext context) {
            String target = context.request().path();
            if (!target.isEmpty() && target.charAt(0) != '/') {
                return null; // the asterisk of OPTIONS is no path
            }
            String path = QueryString.pathOf(TargetEncoding.normal(target));
            Matcher matcher = pattern.matcher(path);
            return matcher.matches() ? replacement.fill(matcher) : null;
        }
    }
}
