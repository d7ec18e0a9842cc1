/** Tests of the process's memory. */
@NullMarked
package io.policyengine.app.process;

import org.jspecify.annotations.NullMarked;
