/** What a policy may ask for: two sealed families, one per phase, so that the compiler refuses a wrong one. */
@NullMarked
package io.policyengine.core.instruction;

import org.jspecify.annotations.NullMarked;
