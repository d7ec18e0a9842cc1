@NullMarked
package io.policyengine.kernel.extproc;

import org.jspecify.annotations.NullMarked;
