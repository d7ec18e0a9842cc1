/** The standard policies, and the list of all of them. */
@NullMarked
package io.policyengine.policies;

import org.jspecify.annotations.NullMarked;
