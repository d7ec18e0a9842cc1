/** The ext_proc conversation: the server, one exchange, and the table of its transitions. */
@NullMarked
package io.policyengine.kernel.extproc;

import org.jspecify.annotations.NullMarked;
