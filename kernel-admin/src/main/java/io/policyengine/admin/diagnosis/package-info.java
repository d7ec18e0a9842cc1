/** Inspects the JVM of the kernel: threads, heap and recordings. All operations block. */
@NullMarked
package io.policyengine.admin.diagnosis;

import org.jspecify.annotations.NullMarked;
