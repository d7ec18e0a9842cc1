/**
 * The changes that a policy may ask for: two sealed families, one per phase, so that the compiler refuses a wrong one.
 * Over twenty types, since each change is a record.
 */
@Api
@NullMarked
package io.policyengine.core.instruction;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
