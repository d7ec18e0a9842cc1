/** Tests of the record of an exchange. */
@NullMarked
package io.policyengine.kernel.recorder;

import org.jspecify.annotations.NullMarked;
