/** Tests of what all standard policies have in common, and their cases. */
@NullMarked
package io.policyengine.policies;

import org.jspecify.annotations.NullMarked;
