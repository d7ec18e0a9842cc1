/** The one reader of server-sent events (WHATWG HTML §9.2), as they come. */
@NullMarked
package io.policyengine.policies.format.events;

import org.jspecify.annotations.NullMarked;
