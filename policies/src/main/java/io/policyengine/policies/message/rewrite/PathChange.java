package io.policyengine.policies.message.rewrite;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.policyengine.core.http.NormalPath;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.shared.template.TargetEncoding;
import io.policyengine.policies.shared.template.TargetTemplate;
import org.jspecify.annotations.Nullable;

/** A change that derives the new path of a request from the old one. */
sealed interface PathChange {
    /** Returns the new request target, or null to keep the old one. */
    @Nullable
    String of(RequestContext context);

    record None() implements PathChange {
        @Override
        public @Nullable String of(RequestContext context) {
            return null;
        }
    }

    record Filled(TargetTemplate template) implements PathChange {
        @Override
        public String of(RequestContext context) {
            return template.fill(context);
        }
    }

    /**
     * A new path built from the groups of a pattern that matches the whole old path in normal form. The groups keep the
     * client's spelling.
     */
    record Replaced(Pattern pattern, PathReplacement replacement) implements PathChange {
        @Override
        public @Nullable String of(RequestContext context) {
            String target = context.request().rawPath();
            if (!target.isEmpty() && target.charAt(0) != '/') {
                return null; // the asterisk of OPTIONS is not a path
            }
            String path = QueryString.pathOf(TargetEncoding.resolved(target));
            Matcher matcher = pattern.matcher(NormalPath.of(path));
            return matcher.matches() ? replacement.fill(matcher, path) : null;
        }
    }
}
