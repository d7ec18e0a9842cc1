/** The search for many words at once, in texts in any script. */
@NullMarked
package io.policyengine.policies.format.search;

import org.jspecify.annotations.NullMarked;
