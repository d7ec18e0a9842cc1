/** The standard policies and the list of them. */
@NullMarked
package io.policyengine.policies;

import org.jspecify.annotations.NullMarked;
