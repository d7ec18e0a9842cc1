/** The ownership of policies: which worker each belongs to, and the settled terms that neither policy nor worker may fall short of. */
@NullMarked
package io.policyengine.kernel.worker.ownership;

import org.jspecify.annotations.NullMarked;
