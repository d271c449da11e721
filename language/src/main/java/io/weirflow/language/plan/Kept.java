package io.weirflow.language.plan;

import io.weirflow.api.type.DataType.Storage;
import io.weirflow.api.type.RowType;
import java.util.BitSet;
import java.util.List;

/**
 * The columns of rows that are left of those of a type.
 *
 * @param columns their indexes in the whole row, ascending; never empty unless the type is
 */
record Kept(List<Integer> columns) {

    Kept {
        columns = List.copyOf(columns);
    }

    static Kept all(RowType type) {
        BitSet all = new BitSet();
        all.set(0, type.size());
        return of(all, type);
    }

    /** Returns these columns; one that costs little where none is read, since there are no rows without columns. */
    static Kept of(BitSet columns, RowType type) {
        if (!columns.isEmpty() || type.size() == 0) {
            return new Kept(columns.stream().boxed().toList());
        }
        for (int i = 0; i < type.size(); i++) {
            if (type.column(i).type().storage() == Storage.WORD) {
                return new Kept(List.of(i));
            }
        }
        return new Kept(List.of(0));
    }

    /** Returns where a column of the whole row is now. */
    int indexOf(int column) {
        int index = columns.indexOf(column);
        if (index < 0) {
            throw new IllegalStateException("column " + column + " is read but was not kept");
        }
        return index;
    }

    RowType of(RowType whole) {
        return RowType.of(columns.stream().map(whole::column).toList());
    }
}
